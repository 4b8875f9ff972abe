/* Texts of the widget: English stands in the code, other languages come as one small file. */

const ORDER = ["zero", "one", "two", "few", "many", "other"];

export function fill(text, values) {
  return values ? text.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "") : text;
}

export class Texts {
  lang = "en";
  dir = "ltr";
  #texts = {};
  #base = "";
  #others = {};

  async load(base, wanted) {
    this.#base = base;
    const answer = await fetch(`${base}/widget/texts/${encodeURIComponent(wanted)}.json`);
    if (!answer.ok) return;
    const bundle = await answer.json();
    this.lang = bundle.lang;
    this.dir = bundle.dir;
    this.#texts = bundle.texts;
  }

  /* The texts of another language, for what stands under words in it; until they have come, these. `then` is told of it. */
  in = (wanted, then) => {
    if (!wanted || wanted === this.lang) return this;
    const isNew = !this.#others[wanted];
    const other = (this.#others[wanted] ??= new Texts());
    if (isNew) other.load(this.#base, wanted).then(then, () => {});
    return other.lang === wanted ? other : this;
  };

  t = (text, values) => fill(typeof this.#texts[text] === "string" ? this.#texts[text] : text, values);

  /* One text by number, with the plural forms of the language. */
  tn = (one, many, count, values) => {
    const forms = Array.isArray(this.#texts[one]) ? this.#texts[one] : [one, many];
    const lang = Array.isArray(this.#texts[one]) ? this.lang : "en";
    const rules = new Intl.PluralRules(lang);
    const known = rules.resolvedOptions().pluralCategories;
    const at = ORDER.filter((name) => known.includes(name)).indexOf(rules.select(count));
    return fill(forms[Math.min(at, forms.length - 1)], { count: this.number(count), ...values });
  };

  number = (value) => new Intl.NumberFormat(this.lang, { numberingSystem: "latn" }).format(value);

  /* "3rd" in English; other languages say it in their way through the four texts. */
  place = (count) => {
    const { t } = this;
    const n = this.number(count);
    const kind = new Intl.PluralRules("en", { type: "ordinal" }).select(count);
    if (kind === "one") return t("%(n)sst", { n });
    if (kind === "two") return t("%(n)snd", { n });
    return kind === "few" ? t("%(n)srd", { n }) : t("%(n)sth", { n });
  };

  time = (iso) => new Intl.DateTimeFormat(this.lang, { timeStyle: "short", numberingSystem: "latn" }).format(new Date(iso));

  /* When people are back, in this browser's own time: the day's name, and the date once it is a week away. */
  moment = (iso) => {
    const date = new Date(iso);
    const isFar = date - Date.now() > 6 * 86400000;
    return new Intl.DateTimeFormat(this.lang, {
      weekday: "long", hour: "numeric", minute: "2-digit", ...(isFar && { day: "numeric", month: "long" }), numberingSystem: "latn",
    }).format(date);
  };

  day = (iso) => {
    const date = new Date(iso);
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
    if (days < 2) return new Intl.RelativeTimeFormat(this.lang, { numeric: "auto" }).format(-days, "day");
    return new Intl.DateTimeFormat(this.lang, { weekday: "long", day: "numeric", month: "long", numberingSystem: "latn" }).format(date);
  };

  size = (bytes) => {
    const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
    const value = bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) : Math.round(bytes / 1e5) / 10;
    return new Intl.NumberFormat(this.lang, { style: "unit", unit, unitDisplay: "short", numberingSystem: "latn" }).format(value);
  };
}
