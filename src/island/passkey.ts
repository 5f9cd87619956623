/** Passkeys, on the few pages that have a place for them (`data-passkey`); words and addresses stand in the page. */
import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

type Answer = { ceremony?: string; options?: unknown; to?: string; submit?: boolean; message?: string };

async function ask(action: string, body: unknown): Promise<Answer> {
  const response = await fetch(action, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return (await response.json().catch(() => ({ message: response.statusText }))) as Answer;
}

/** What else was typed in the form the button belongs to; never a password. Undefined when something is missing (the browser says what). */
function typed(form: HTMLFormElement | null): Record<string, string> | undefined {
  const fields: Record<string, string> = {};
  for (const input of form?.elements ?? []) {
    if (!(input instanceof HTMLInputElement) || input.type === 'password') continue;
    if (!input.reportValidity()) return undefined;
    if (input.name) fields[input.name] = input.value;
  }
  return fields;
}

function mount(place: HTMLElement): void {
  const button = place.querySelector('button');
  const says = place.querySelector<HTMLElement>('[data-says]');
  if (!button || !says) return;
  const say = (text: string | undefined) => {
    says.textContent = text ?? '';
    says.hidden = !text;
  };
  if (!browserSupportsWebAuthn()) {
    say(says.dataset['unsupported']);
    return;
  }
  button.hidden = false;
  say(undefined);
  button.addEventListener('click', async () => {
    const fields = typed(button.form);
    const action = place.dataset['action'] ?? '';
    if (!fields) return;
    button.disabled = true;
    say(says.dataset['waiting']);
    try {
      const begun = await ask(action, { step: 'begin', ...fields });
      if (begun.to) return location.assign(begun.to);
      if (!begun.options) return say(begun.message);
      const response =
        place.dataset['passkey'] === 'use'
          ? await startAuthentication({ optionsJSON: begun.options as PublicKeyCredentialRequestOptionsJSON })
          : await startRegistration({ optionsJSON: begun.options as PublicKeyCredentialCreationOptionsJSON });
      const done = await ask(action, { step: 'finish', ceremony: begun.ceremony, response, ...fields });
      // By way of the prototype: a field may be named submit.
      if (done.submit && button.form) return HTMLFormElement.prototype.submit.call(button.form);
      if (!done.to) return say(done.message);
      location.assign(done.to);
    } catch {
      say(says.dataset['cancelled']);
    } finally {
      button.disabled = false;
    }
  });
}

for (const place of document.querySelectorAll<HTMLElement>('[data-passkey]')) mount(place);
