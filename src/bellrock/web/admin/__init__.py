"""Where colleagues look after articles and incidents."""
