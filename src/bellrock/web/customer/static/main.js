/* Pages for customers work without this. With it, times stand in this browser's own time from the first page on. */
const YEAR = 31536000;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes(`tz=${zone}`)) {
  document.cookie = `tz=${zone}; path=/; max-age=${YEAR}; samesite=lax`;
  const { lang } = document.documentElement;
  for (const time of document.querySelectorAll("time[data-again]")) {
    time.textContent = new Intl.DateTimeFormat(lang, {
      weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit", numberingSystem: "latn",
    }).format(new Date(time.dateTime));
  }
}

/* What a form was refused for is where one goes on. */
document.querySelector("form.ticket [aria-invalid]")?.focus();
