import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { encode } from 'uqr';
import { config } from '#platform/config.server.ts';
import { hubName } from '#platform/settings/values.server.ts';

const PERIOD = 30;
const totp = (secret: string, about: { issuer?: string; label?: string } = {}) => new TOTP({ ...about, secret: Secret.fromBase32(secret), period: PERIOD });

/** A new key for an authenticator app, in the letters that apps take (base32, 160 bits). */
export function newAuthenticatorKey(): string {
  return new Secret({ size: 20 }).base32;
}

/** The time step a code belongs to (this one, the one before or after), or undefined when it is wrong. */
export function stepOfCode(secret: string, code: string, now = Date.now()): number | undefined {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const away = totp(secret).validate({ token, timestamp: now, window: 1 });
  return away === null ? undefined : Math.floor(now / 1000 / PERIOD) + away;
}

/** The code that an app shows for this key at this moment. */
export function codeOf(secret: string, now = Date.now()): string {
  return totp(secret).generate({ timestamp: now });
}

/** What the picture says to an app: the key, and whose it is at which hub. A colon would end the hub's name there. */
export function addressOfKey(secret: string, email: string): string {
  return totp(secret, { issuer: `${hubName().replaceAll(':', ' ')} ${new URL(config().url).hostname}`, label: email }).toString();
}

/** The key in groups of four, to type where no camera is, and as a QR code: an image without anything that could run. */
export function shownKey(secret: string, email: string): { key: string; picture: string } {
  const { data, size } = encode(addressOfKey(secret, email), { ecc: 'M', border: 3 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
  return { key: secret.replace(/.{4}(?=.)/g, '$& '), picture: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}` };
}

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten recovery codes of 125 random bits, written so that nobody mistakes a letter. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: 10 }, () =>
    [...randomBytes(25)]
      .map((byte) => LETTERS[byte % 32])
      .join('')
      .replace(/.{5}(?=.)/g, '$&-'),
  );
}

/** What is kept of a recovery code; spaces, hyphens, capitals and mistaken letters do not matter. */
export function hashOfRecoveryCode(memberId: string, code: string): Buffer {
  const plain = code
    .toLowerCase()
    .replace(/[^0-9a-z]/g, '')
    .replace(/o/g, '0')
    .replace(/[il]/g, '1');
  return createHash('sha256').update(`indaba recovery code ${memberId} ${plain}`).digest();
}
