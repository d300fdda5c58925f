// Tabler, cut to what we use: its ground (elements), forms, grid and plain utilities. Components of that kind are our own.
// A rule stays when every class in one of its selectors is wanted; a custom property stays when a kept rule reads it.
const wanted = [
  /^form-(control|select|check|label|range|text|hint|file|floating)/, /^input-group/, /^(row|col|g|gx|gy|offset)(-|$)/, /^(is-)?(in)?valid(-feedback)?$/,
  /^d-(none|block|inline|inline-block|flex|inline-flex|grid)$/, /^d-lg-/, /^flex-(row|column|wrap|nowrap|fill|grow-\d|shrink-\d)$/,
  /^(justify-content|align-items|align-self)-(start|end|center|between|around|stretch|baseline)$/, /^gap-\d$/, /^order-\d$/,
  /^[mp][tbsexy]?-(\d|auto)$/, /^text-(start|end|center|nowrap|break|wrap|truncate)$/, /^[wh]-(100|auto)$/, /^visually-hidden/, /^(position-relative|overflow-auto)$/,
];

export function onlyWanted(css) {
  const kept = filtered(parse(css.replace(/\/\*[\s\S]*?\*\//g, "")));
  return print(withoutUnreadProperties(kept));
}

function parse(css) {
  const rules = [];
  let at = 0;
  while (at < css.length) {
    const open = next(css, at, "{;");
    if (open < 0) break;
    const head = css.slice(at, open).trim();
    if (css[open] === ";") {
      at = open + 1;
      continue;
    }
    const close = closing(css, open);
    const body = css.slice(open + 1, close);
    if (/^@(media|supports)/.test(head)) rules.push({ head, rules: parse(body) });
    else if (!head.startsWith("@")) rules.push({ head, body });
    at = close + 1;
  }
  return rules;
}

function next(css, from, signs) {
  for (let i = from, quote = ""; i < css.length; i += 1) {
    if (css[i] === "\\") i += 1;
    else if (quote) quote = css[i] === quote ? "" : quote;
    else if (css[i] === '"' || css[i] === "'") quote = css[i];
    else if (signs.includes(css[i])) return i;
  }
  return -1;
}

function closing(css, open) {
  let depth = 1;
  for (let i = open; depth > 0; depth += css[i] === "{" ? 1 : -1) i = open = next(css, i + 1, "{}");
  return open;
}

const split = (text, sign) => {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i += 1) {
    if ("([".includes(text[i])) depth += 1;
    else if (")]".includes(text[i])) depth -= 1;
    else if (text[i] === sign && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
};

const isWanted = (selector) => {
  const classes = [...selector.matchAll(/\.((?:[\w-]|\\.)+)/g)].map(([, name]) => name);
  return classes.every((name) => wanted.some((pattern) => pattern.test(name))) && !/\[data-bs-theme=.?dark/.test(selector);
};

function filtered(rules) {
  return rules.flatMap((rule) => {
    if (rule.rules) {
      const inner = filtered(rule.rules);
      return inner.length ? [{ ...rule, rules: inner }] : [];
    }
    const selectors = split(rule.head, ",").filter(isWanted);
    return selectors.length ? [{ ...rule, head: selectors.join(",") }] : [];
  });
}

const declarations = (body) => split(body, ";").filter((line) => line.trim());
const reads = (text) => [...text.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name);

function withoutUnreadProperties(rules) {
  const all = [];
  const collect = (list) => list.forEach((rule) => (rule.rules ? collect(rule.rules) : all.push(...declarations(rule.body))));
  collect(rules);
  const isProperty = (line) => line.trim().startsWith("--");
  const name = (line) => line.trim().slice(0, line.trim().indexOf(":")).trim();
  const used = new Set(all.filter((line) => !isProperty(line)).flatMap(reads));
  for (let size = -1; size !== used.size; ) {
    size = used.size;
    for (const line of all) if (isProperty(line) && used.has(name(line))) reads(line).forEach((read) => used.add(read));
  }
  const prune = (list) =>
    list
      .map((rule) => (rule.rules ? { ...rule, rules: prune(rule.rules) } : { ...rule, body: declarations(rule.body).filter((line) => !isProperty(line) || used.has(name(line))).join(";") }))
      .filter((rule) => (rule.rules ? rule.rules.length : rule.body));
  return prune(rules);
}

const print = (rules) => rules.map((rule) => `${rule.head}{${rule.rules ? print(rule.rules) : rule.body}}`).join("\n");
