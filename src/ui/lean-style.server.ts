/** A minified style sheet as rules; an at-rule holds the rules inside it. */
type Rule = { head: string; text: string; inside?: Rule[] };

function rulesOf(css: string): Rule[] {
  const rules: Rule[] = [];
  let depth = 0;
  let from = 0;
  let open = 0;
  for (let i = 0; i < css.length; i++) {
    if (css[i] === '{' && depth++ === 0) open = i;
    else if (css[i] === '}' && --depth === 0) {
      const head = css.slice(from, open);
      rules.push({ head, text: css.slice(from, i + 1), ...(head.startsWith('@media') ? { inside: rulesOf(css.slice(open + 1, i)) } : {}) });
      from = i + 1;
    }
  }
  return rules;
}

const parsed = new Map<string, Rule[]>();

/**
 * The part of a style sheet that can touch this page: rules that name a class the page does not have, another language or the other
 * direction are left out. For pages without script only, whose classes never change. Every byte here is waited for on a poor line.
 */
export function leanStyle(css: string, html: string, locale: string, dir: string): string {
  let rules = parsed.get(css);
  if (!rules) parsed.set(css, (rules = rulesOf(css)));
  const classes = new Set([...html.matchAll(/ class="([^"]*)"/g)].flatMap(([, names = '']) => names.split(/\s+/)));
  const touches = (selector: string) => {
    // What stands in :is(), :where(), :not() and :has() may or may not be needed: it is not looked at.
    const plain = selector.replace(/:(?:is|where|not|has)\((?:[^()]|\([^()]*\))*\)/g, '');
    if (/\[data-theme/.test(plain) || (/\[dir=rtl\]/.test(plain) && dir !== 'rtl')) return false;
    if ([...plain.matchAll(/:lang\(([a-z-]+)\)/g)].some(([, language = '']) => locale !== language && !locale.startsWith(`${language}-`))) return false;
    return [...plain.matchAll(/\.([a-zA-Z][\w-]*)/g)].every(([, name = '']) => classes.has(name));
  };
  // A comma inside brackets separates nothing.
  const needed = (rule: Rule): boolean => rule.head.startsWith('@') || rule.head.split(/,(?![^(]*\))/).some(touches);
  const write = (list: Rule[]): string =>
    list
      .map((rule) => {
        if (!rule.inside) return needed(rule) ? rule.text : '';
        const inside = write(rule.inside);
        return inside && `${rule.head}{${inside}}`;
      })
      .join('');
  const lean = write(rules);
  // Values that nothing left refers to.
  const used = new Set([...`${lean}${html}`.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name));
  return lean.replace(/(?<=[{;])(--[\w-]+):[^;}]*(;|(?=\}))/g, (whole, name: string) => (used.has(name) ? whole : ''));
}
