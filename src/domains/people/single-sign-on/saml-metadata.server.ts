import { X509Certificate } from 'node:crypto';
import { Refusal } from '#platform/errors.ts';
import { entityId, postAddress } from './model.ts';
import { METADATA, named, parseXml, SIGNATURE } from './saml-shape.server.ts';

export type Metadata = { issuer: string; entryUrl: string; certificates: string[] };

/** Reads what a SAML provider says of itself: its entity id, where it takes requests by redirect, and what it signs with. Refuses with people.sso.metadata_bad, .metadata_entry, .metadata_certificate. */
export function readMetadata(xml: string): Metadata {
  let root: Element;
  try {
    root = parseXml(xml.replace(/^\uFEFF/, '').trim(), { comments: true, most: 250_000 }).documentElement;
  } catch {
    throw new Refusal('people.sso.metadata_bad');
  }
  const provider = named(root, METADATA, 'IDPSSODescriptor');
  const issuer = root.getAttribute('entityID')?.trim() ?? '';
  // A list of many providers is not one provider.
  if (root.namespaceURI !== METADATA || root.localName !== 'EntityDescriptor' || provider.length !== 1 || !issuer || issuer.length > 500)
    throw new Refusal('people.sso.metadata_bad');
  const entry = named(provider[0]!, METADATA, 'SingleSignOnService').find(
    (each) => each.getAttribute('Binding') === 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  );
  const entryUrl = URL.parse(entry?.getAttribute('Location') ?? '');
  const here = entryUrl?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(entryUrl.hostname);
  if (!entryUrl || entryUrl.href.length > 1000 || entryUrl.username || !(entryUrl.protocol === 'https:' || here))
    throw new Refusal('people.sso.metadata_entry');
  const certificates = named(provider[0]!, METADATA, 'KeyDescriptor')
    .filter((each) => each.getAttribute('use') !== 'encryption')
    .flatMap((each) => Array.from(each.getElementsByTagNameNS(SIGNATURE, 'X509Certificate')).map((text) => text.textContent ?? ''))
    .map((text) => text.replace(/\s+/g, ''));
  if (!certificates.length || certificates.length > 6 || !certificates.every(isStrong)) throw new Refusal('people.sso.metadata_certificate');
  return { issuer, entryUrl: entryUrl.href, certificates: [...new Set(certificates)] };
}

function isStrong(base64: string): boolean {
  try {
    const { publicKey } = new X509Certificate(Buffer.from(base64, 'base64'));
    const { modulusLength } = publicKey.asymmetricKeyDetails ?? {};
    return publicKey.asymmetricKeyType === 'ec' || (publicKey.asymmetricKeyType === 'rsa' && (modulusLength ?? 0) >= 2048);
  } catch {
    return false;
  }
}

/** When the last of these certificates ends; a provider whose certificate is over still signs, but somebody should look. */
export function certificatesEnd(certificates: string[]): Date {
  return new Date(Math.max(...certificates.map((each) => Date.parse(new X509Certificate(Buffer.from(each, 'base64')).validTo))));
}

/** What this hub says of itself to a SAML provider. Made of its address alone, so that asking for it tells nothing. */
export function ownMetadata(hub: string, slug: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="${METADATA}" entityID="${entityId(hub, slug)}">
  <SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</NameIDFormat>
    <AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${postAddress(hub, slug)}"/>
  </SPSSODescriptor>
</EntityDescriptor>
`;
}
