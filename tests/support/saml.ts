/** A SAML identity provider of its own: real keys, real signatures, and every way to get them wrong. */
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';

const P = 'urn:oasis:names:tc:SAML:2.0:protocol';
const A = 'urn:oasis:names:tc:SAML:2.0:assertion';
const C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const oid = (hex: string) => der(6, Buffer.from(hex, 'hex'));
const SHA256_RSA = der(0x30, oid('2a864886f70d01010b'), der(5));

/** A key and a certificate for it, made here. */
export function makeKey(bits = 2048): { key: string; certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const name = der(0x30, der(0x31, der(0x30, oid('550403'), der(12, Buffer.from('idp')))));
  const times = der(0x30, der(0x17, Buffer.from('250101000000Z')), der(0x17, Buffer.from('450101000000Z')));
  const inner = der(
    0x30,
    der(0xa0, der(2, Buffer.from([2]))),
    der(2, Buffer.from([1])),
    SHA256_RSA,
    name,
    times,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signed = der(0x30, inner, SHA256_RSA, der(3, Buffer.from([0]), createSign('sha256').update(inner).sign(privateKey)));
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, certificate: signed.toString('base64') };
}

/** What a provider gives away of itself. */
export const metadataOf = (idp: { issuer: string; certificate: string }, entry = 'https://idp.example/sso'): string =>
  `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${idp.issuer}"><md:IDPSSODescriptor protocolSupportEnumeration="${P}"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${idp.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entry}"/></md:IDPSSODescriptor></md:EntityDescriptor>`;

export type Request = { id: string; acs: string; audience: string; state: string; forced: boolean };
/** What a hub asks for, read off the address it sends the browser to. */
export function readRequest(address: string): Request {
  const url = new URL(address);
  const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  const find = (pattern: RegExp) => pattern.exec(xml)?.[1] ?? '';
  return {
    id: find(/ ID="([^"]+)"/),
    acs: find(/AssertionConsumerServiceURL="([^"]+)"/),
    audience: find(/<saml:Issuer[^>]*>([^<]+)</),
    state: url.searchParams.get('RelayState') ?? '',
    forced: /ForceAuthn="true"/.test(xml),
  };
}

export type Said = Partial<{
  issuer: string;
  name: string;
  format: string;
  address: string;
  audience: string;
  recipient: string;
  destination: string;
  to: string;
  responseTo: string;
  until: Date;
  from: Date;
  id: string;
  instant: Date;
  attributes: string;
}>;

/** An unsigned assertion. */
export function assertion(request: Request, said: Said = {}): string {
  const at = (date: Date) => date.toISOString();
  const from = said.from ?? new Date(Date.now() - 1_000);
  const until = said.until ?? new Date(Date.now() + 120_000);
  const audience = said.audience ?? request.audience;
  return `<saml:Assertion xmlns:saml="${A}" ID="${said.id ?? `_a${randomUUID()}`}" Version="2.0" IssueInstant="${at(from)}"><saml:Issuer>${said.issuer ?? 'https://idp.example/meta'}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:${said.format ?? '2.0:nameid-format:persistent'}">${said.name ?? 'subject-1'}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${at(until)}" Recipient="${said.recipient ?? request.acs}" InResponseTo="${said.to ?? request.id}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(from)}" NotOnOrAfter="${at(until)}">${audience ? `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>` : ''}</saml:Conditions><saml:AuthnStatement AuthnInstant="${at(said.instant ?? from)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${said.attributes ?? `<saml:Attribute Name="mail"><saml:AttributeValue>${said.address ?? 'amina@ta.example'}</saml:AttributeValue></saml:Attribute>`}</saml:AttributeStatement></saml:Assertion>`;
}

type Signing = { key: string; algorithm?: string; digest?: string };
/** Signs the element with this name where it stands, after its issuer. */
export function sign(
  xml: string,
  { key, algorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', digest = 'http://www.w3.org/2001/04/xmlenc#sha256' }: Signing,
  name = 'Assertion',
): string {
  const signer = new SignedXml({ privateKey: key, signatureAlgorithm: algorithm, canonicalizationAlgorithm: C14N });
  signer.addReference({
    xpath: `//*[local-name(.)='${name}']`,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', C14N],
    digestAlgorithm: digest,
  });
  signer.computeSignature(xml, { location: { reference: `//*[local-name(.)='${name}']/*[local-name(.)='Issuer']`, action: 'after' } });
  return signer.getSignedXml();
}

/** A response around what is given. */
export const response = (request: Request, inner: string, said: Said = {}): string =>
  `<samlp:Response xmlns:samlp="${P}" ID="_r${randomUUID()}" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${said.destination ?? request.acs}" InResponseTo="${said.responseTo ?? request.id}"><saml:Issuer xmlns:saml="${A}">${said.issuer ?? 'https://idp.example/meta'}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${inner}</samlp:Response>`;

export const encode = (xml: string): string => Buffer.from(xml).toString('base64');
