import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { currentKey, keyVersion } from './keys.server.ts';

function keyFor(key: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64url'), '', `indaba seal ${purpose}`, 32));
}

/**
 * Seals a short secret with a key outside the database; the version of that key stands in front, so that it can be rotated.
 * `purpose` and `whose` are bound in: a sealed text moved to another row does not open.
 */
export function seal(purpose: string, whose: string, plain: string): string {
  const { version, key } = currentKey('seal');
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyFor(key, purpose), nonce).setAAD(Buffer.from(whose));
  const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${version}:${sealed.toString('base64url')}`;
}

/** Opens what `seal` made; undefined when it was altered, moved, or its key is gone. */
export function unseal(purpose: string, whose: string, sealed: string): string | undefined {
  const [, version = '', text = ''] = /^(\d+):(.+)$/.exec(sealed) ?? [];
  const key = keyVersion('seal', Number(version));
  const bytes = Buffer.from(text, 'base64url');
  if (!key || bytes.length < 28) return undefined;
  try {
    const opener = createDecipheriv('aes-256-gcm', keyFor(key.key, purpose), bytes.subarray(0, 12)).setAAD(Buffer.from(whose)).setAuthTag(bytes.subarray(-16));
    return opener.update(bytes.subarray(12, -16), undefined, 'utf8') + opener.final('utf8');
  } catch {
    return undefined;
  }
}
