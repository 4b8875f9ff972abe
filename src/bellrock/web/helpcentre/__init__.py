"""The help centre: public pages in every language, quick and without a script."""
