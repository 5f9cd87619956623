import { DOMParser } from '@xmldom/xmldom';
import { Refusal } from '#platform/errors.ts';

export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
const ALGORITHMS = /^http:\/\/www\.w3\.org\/2001\/04\/xmldsig-more#(rsa|ecdsa)-sha(256|384|512)$/;
const DIGESTS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmldsig-more#sha384', 'http://www.w3.org/2001/04/xmlenc#sha512'];
const TRANSFORMS = ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'];
const MOST = 100_000;

/** Not believed; the cause goes to the log. */
export const unbelieved = (cause: string): Refusal => new Refusal('people.sso.refused', { status: 403, details: { cause: `SAML: ${cause}` } });

/** Parses XML of strangers: no doctype, no entity, no processing instruction, no comment unless allowed, of bearable size and depth. Refuses with people.sso.refused. */
export function parseXml(xml: string, { comments = false, most = MOST }: { comments?: boolean; most?: number } = {}): Document {
  if (xml.length > most) throw unbelieved('too large');
  // Before any parser sees it: what is not there cannot be expanded, and a comment cannot cut a name in two.
  if (/<!(?!--)|<\?(?!xml\s)/i.test(xml) || /<\?xml/i.test(xml.slice(5))) throw unbelieved('a doctype, CDATA or instruction');
  if (!comments && xml.includes('<!--')) throw unbelieved('a comment');
  let depth = 0;
  for (const [, close, self] of xml.matchAll(/<(\/)?[A-Za-z_][^>]*?(\/)?>/g)) {
    depth += close ? -1 : self ? 0 : 1;
    if (depth > 60) throw unbelieved('too deep');
  }
  const stop = (message: string) => {
    throw unbelieved(`not well formed: ${message}`);
  };
  const document = new DOMParser({ errorHandler: { warning: stop, error: stop, fatalError: stop } }).parseFromString(xml, 'text/xml');
  if (!document?.documentElement) throw unbelieved('empty');
  return document;
}

/** The element children of an element. */
export const childrenOf = (of: Element): Element[] => Array.from(of.childNodes).filter((node): node is Element => node.nodeType === 1);
/** Those with this name. */
export const named = (of: Element, space: string, name: string): Element[] =>
  childrenOf(of).filter((each) => each.namespaceURI === space && each.localName === name);
/** The only one with this name. Refuses with people.sso.refused. */
export function only(of: Element, space: string, name: string): Element {
  const [one, ...more] = named(of, space, name);
  if (!one || more.length) throw unbelieved(`${name}: not exactly one`);
  return one;
}
/** The text of an element that holds nothing but text. Refuses with people.sso.refused. */
export function textOf(of: Element): string {
  if (Array.from(of.childNodes).some((node) => node.nodeType !== 3)) throw unbelieved(`${of.localName}: more than text`);
  return (of.textContent ?? '').trim();
}

/**
 * Holds a SAML response against the one shape that is believed, before a signature is looked at: one assertion, a child of the response, with one signature of its own
 * that covers exactly it; every id once; nothing encrypted. Wrapping needs a second something; here is room for none. Refuses with people.sso.refused.
 */
export function checkShape(xml: string): void {
  const root = parseXml(xml).documentElement;
  if (root.namespaceURI !== PROTOCOL || root.localName !== 'Response') throw unbelieved('no response');
  const all = [root, ...Array.from(root.getElementsByTagName('*'))];
  const ids = all.flatMap((each) => ['ID', 'Id', 'id', 'AssertionID'].flatMap((name) => each.getAttribute(name) || []));
  if (new Set(ids).size !== ids.length || ids.some((id) => !/^[\w.-]{1,200}$/.test(id))) throw unbelieved('an id twice, or a strange one');
  const count = (name: string) => all.filter((each) => each.localName === name).length;
  if (count('Response') !== 1 || count('Assertion') !== 1 || /Encrypted/.test(all.map((each) => each.localName).join(' ')))
    throw unbelieved('not exactly one assertion');
  const assertion = only(root, ASSERTION, 'Assertion');
  const signatures = all.filter((each) => each.localName === 'Signature');
  if (signatures.some((each) => each.namespaceURI !== SIGNATURE || (each.parentNode !== root && each.parentNode !== assertion)))
    throw unbelieved('a signature somewhere');
  if (named(assertion, SIGNATURE, 'Signature').length !== 1 || named(root, SIGNATURE, 'Signature').length > 1)
    throw unbelieved('no signature on the assertion');
  for (const signature of signatures) checkSignature(signature);
}

function checkSignature(signature: Element): void {
  const info = only(signature, SIGNATURE, 'SignedInfo');
  const reference = only(info, SIGNATURE, 'Reference');
  const parent = signature.parentNode as Element;
  if (named(signature, SIGNATURE, 'Object').length || reference.getAttribute('URI') !== `#${parent.getAttribute('ID')}`)
    throw unbelieved('a signature of something else');
  if (!ALGORITHMS.test(only(info, SIGNATURE, 'SignatureMethod').getAttribute('Algorithm') ?? '')) throw unbelieved('a signature by another algorithm');
  if (only(info, SIGNATURE, 'CanonicalizationMethod').getAttribute('Algorithm') !== TRANSFORMS[1]) throw unbelieved('another canonical form');
  if (!DIGESTS.includes(only(reference, SIGNATURE, 'DigestMethod').getAttribute('Algorithm') ?? '')) throw unbelieved('another digest');
  const transforms = childrenOf(only(reference, SIGNATURE, 'Transforms')).map((each) => each.getAttribute('Algorithm') ?? '');
  if (transforms.length > 2 || transforms.some((each) => !TRANSFORMS.includes(each))) throw unbelieved('another transform');
}
