import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { config } from '#platform/config.server.ts';
import type { Connection } from './connections.server.ts';
import type { Said } from './arrive.server.ts';
import { entityId, postAddress } from './model.ts';
import { ASSERTION, checkShape, childrenOf, named, only, parseXml, PROTOCOL, textOf, unbelieved } from './saml-shape.server.ts';
import { requestOf, type Way } from './way.ts';

const SKEW_MS = 60_000;
const OLDEST_MS = 600_000;
const ADDRESSES = ['email', 'mail', 'emailaddress', 'urn:oid:0.9.2342.19200300.100.1.3', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress'];
const NAMES = [
  'displayname',
  'name',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'http://schemas.microsoft.com/identity/claims/displayname',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
];
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const ADDRESS_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

function library(connection: Connection, request: string, again: boolean): SAML {
  const { url } = config();
  return new SAML({
    callbackUrl: postAddress(url, connection.slug),
    issuer: entityId(url, connection.slug),
    audience: entityId(url, connection.slug),
    entryPoint: connection.entry_url ?? '',
    idpCert: connection.certificates,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    forceAuthn: again,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    acceptedClockSkewMs: SKEW_MS,
    maxAssertionAgeMs: OLDEST_MS,
    requestIdExpirationPeriodMs: OLDEST_MS,
    validateInResponseTo: ValidateInResponseTo.always,
    generateUniqueId: () => request,
    // Which request an answer is for stands in its state; the database takes it once.
    cacheProvider: {
      saveAsync: async () => null,
      getAsync: async (key) => (key === request ? new Date().toISOString() : null),
      removeAsync: async () => null,
    },
  });
}

/** Where the browser is sent to sign in at a SAML provider. `again`: they have to show themselves anew. */
export async function samlAddress(connection: Connection, way: Way, again: boolean): Promise<string> {
  return library(connection, way.request, again).getAuthorizeUrlAsync(way.state, undefined, {});
}

/** Checks everything about an answer that was posted for this state; what is read is read from what was signed. Refuses with people.sso.refused. */
export async function samlAnswer(connection: Connection, state: string, answer: string): Promise<Said> {
  const request = requestOf(state);
  const acs = postAddress(config().url, connection.slug);
  if (!/^[A-Za-z0-9+/=\s]+$/.test(answer)) throw unbelieved('not base64');
  const xml = Buffer.from(answer, 'base64').toString('utf8');
  checkShape(xml);
  const root = parseXml(xml).documentElement;
  if (root.getAttribute('Destination') !== acs) throw unbelieved('another destination');
  if (root.getAttribute('InResponseTo') !== request) throw unbelieved('an answer to something else');
  if (only(only(root, PROTOCOL, 'Status'), PROTOCOL, 'StatusCode').getAttribute('Value') !== 'urn:oasis:names:tc:SAML:2.0:status:Success')
    throw unbelieved('no success');
  for (const issuer of named(root, ASSERTION, 'Issuer')) if (textOf(issuer) !== connection.issuer) throw unbelieved('another issuer');
  const { profile } = await library(connection, request, false)
    .validatePostResponseAsync({ SAMLResponse: answer })
    .catch((error: unknown) => {
      throw unbelieved(error instanceof Error ? error.message : 'refused');
    });
  const signed = profile?.getAssertionXml?.();
  if (!signed) throw unbelieved('nothing signed');
  return readAssertion(parseXml(signed).documentElement, { issuer: connection.issuer, acs, request, audience: entityId(config().url, connection.slug) });
}

type Expected = { issuer: string; acs: string; request: string; audience: string };

function readAssertion(assertion: Element, expected: Expected): Said {
  if (textOf(only(assertion, ASSERTION, 'Issuer')) !== expected.issuer) throw unbelieved('an assertion of another issuer');
  const subject = only(assertion, ASSERTION, 'Subject');
  const confirmation = only(subject, ASSERTION, 'SubjectConfirmation');
  if (confirmation.getAttribute('Method') !== 'urn:oasis:names:tc:SAML:2.0:cm:bearer') throw unbelieved('not for a bearer');
  const data = only(confirmation, ASSERTION, 'SubjectConfirmationData');
  if (data.getAttribute('Recipient') !== expected.acs) throw unbelieved('another recipient');
  if (data.getAttribute('InResponseTo') !== expected.request) throw unbelieved('a confirmation for something else');
  if (!(Date.parse(data.getAttribute('NotOnOrAfter') ?? '') > Date.now() - SKEW_MS)) throw unbelieved('too old, or without end');
  // The library takes one that names no audience at all.
  const audiences = childrenOf(only(only(assertion, ASSERTION, 'Conditions'), ASSERTION, 'AudienceRestriction')).map(textOf);
  if (!audiences.includes(expected.audience)) throw unbelieved('another audience');
  const name = only(subject, ASSERTION, 'NameID');
  const format = name.getAttribute('Format') ?? '';
  const value = textOf(name);
  // A name that is another one each time would be another person each time.
  if (!value || format === TRANSIENT) throw unbelieved('no lasting name');
  const said = attributesOf(assertion);
  const instant = only(assertion, ASSERTION, 'AuthnStatement').getAttribute('AuthnInstant') ?? '';
  return {
    subject: `${format.split(':').at(-1) || 'unspecified'}:${value}`,
    address: ADDRESSES.map((each) => said.get(each)).find(Boolean) ?? (format === ADDRESS_FORMAT ? value : ''),
    // SAML has no word for it: the focal point answers for the addresses.
    vouched: false,
    name: NAMES.map((each) => said.get(each)).find(Boolean) ?? '',
    authenticatedAt: Number.isNaN(Date.parse(instant)) ? undefined : new Date(instant),
    assertion: assertion.getAttribute('ID') ?? '',
  };
}

function attributesOf(assertion: Element): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of named(assertion, ASSERTION, 'AttributeStatement')) {
    for (const attribute of named(statement, ASSERTION, 'Attribute')) {
      const [value, ...more] = named(attribute, ASSERTION, 'AttributeValue');
      const key = (attribute.getAttribute('Name') ?? '').toLowerCase();
      // Said twice, it is not said.
      if (found.has(key)) throw unbelieved('an attribute twice');
      // What is more than text is none of what is read here.
      if (value && !more.length && childrenOf(value).length === 0) found.set(key, textOf(value));
    }
  }
  return found;
}
