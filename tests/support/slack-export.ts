/** Makes an export of Slack as it comes: channels of every kind, people of every kind, and each fault that real ones have, or hostile ones. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ZipFile } from '#platform/zip.server.ts';

export type SlackFiles = Map<string, string | Uint8Array>;
/** A picture of one point. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
export type Options = {
  /** Messages of the long channel. */
  many?: number;
  /** Channels beside those with faults, each with a day of talk. */
  channels?: number;
  faults?: boolean;
  email?: Partial<Record<'amina' | 'jonas' | 'mei' | 'pita', string>>;
};

const START = Date.UTC(2024, 0, 8, 9, 0, 0) / 1000;
const ts = (seconds: number, n = 0): string => `${START + seconds}.${String(n).padStart(6, '0')}`;
const dayOf = (time: string): string => new Date(Number(time) * 1000).toISOString().slice(0, 10);

type Message = Record<string, unknown> & { ts: string };
const say = (user: string, at: string, text: string, more: Record<string, unknown> = {}): Message => ({
  type: 'message',
  user,
  text,
  ts: at,
  team: 'T0HOME',
  ...more,
});

/** What a realistic export of a small workspace holds; `words` are those that must be found afterwards, by place. */
export function slackExport(options: Options = {}): { files: SlackFiles; words: Record<string, string> } {
  const { many = 120, channels = 0, faults = true, email = {} } = options;
  const files: SlackFiles = new Map();
  const days = new Map<string, unknown[]>();
  const put = (folder: string, message: Message): void => {
    const name = `${folder}/${dayOf(message.ts)}.json`;
    days.set(name, [...(days.get(name) ?? []), message]);
  };
  const person = (id: string, name: string, address?: string, more: Record<string, unknown> = {}) => ({
    id,
    team_id: 'T0HOME',
    name: name.toLowerCase().replace(/\W+/g, '.'),
    profile: { real_name: name, display_name: name.split(' ')[0], ...(address ? { email: address } : {}) },
    ...more,
  });
  const users: unknown[] = [
    person('U0AMINA', 'Amina of Slack', email.amina ?? 'Amina@ta-lumaria.example'),
    person('U0JONAS', 'Jonas of Slack', email.jonas ?? 'jonas@central-bank-lumaria.example'),
    person('U0MEI', 'Mei of Slack', email.mei ?? 'mei@sandoria.example'),
    person('U0PITA', 'Pita of Slack', email.pita ?? 'pita@tavola.example'),
    person('U0OLD', 'Olga Old', 'olga@elsewhere.example', { deleted: true }),
    person('U0NEW', 'Nadia Not Yet', 'nadia@tavola.example'),
    person('U0BOT', 'Alarm Bot', undefined, { is_bot: true }),
  ];
  const place = (id: string, name: string, members: string[], more: Record<string, unknown> = {}) => ({
    id,
    name,
    created: START,
    creator: 'U0AMINA',
    is_archived: false,
    members,
    topic: { value: '' },
    purpose: { value: `What ${name} is for` },
    ...more,
  });
  const everyone = ['U0AMINA', 'U0JONAS', 'U0MEI', 'U0PITA', 'U0OLD', 'U0NEW'];
  const publics: unknown[] = [
    place('C0GENERAL', 'general', everyone, { pins: [{ id: ts(60), type: 'C', created: START, user: 'U0MEI', owner: 'U0AMINA' }] }),
    place('C0SIM', 'sim-swap', everyone.slice(0, 4)),
    place('C0OLD', 'old-project', everyone, { is_archived: true }),
  ];
  const privates: unknown[] = [place('G0SECRET', 'inner-circle', ['U0AMINA', 'U0JONAS', 'U0NEW'])];
  const mpims: unknown[] = [place('G0GROUP', 'mpdm-amina--mei--pita-1', ['U0AMINA', 'U0MEI', 'U0PITA'], { is_mpim: true })];
  const dms: unknown[] = [
    { id: 'D0AJ', created: START, members: ['U0AMINA', 'U0JONAS'] },
    { id: 'D0AN', created: START, members: ['U0AMINA', 'U0NEW'] },
    { id: 'D0OLD', created: START, members: ['U0OLD', 'U0NEW'] },
  ];

  put('general', { type: 'message', subtype: 'channel_join', user: 'U0AMINA', text: '<@U0AMINA> has joined the channel', ts: ts(1) } as Message);
  put('general', say('U0AMINA', ts(60), '*Welcome*, <@U0JONAS>! Read <https://example.org/a?b=1&amp;c=2|the rules> in <#C0SIM|sim-swap> :tada: zebrafinch'));
  put('general', say('U0JONAS', ts(120), 'Who saw the swap in _March_?', { thread_ts: ts(120), reply_count: 2, replies: [{ user: 'U0MEI', ts: ts(180) }] }));
  put('general', say('U0MEI', ts(180), 'We did: `/sim` said ok &lt;twice&gt;', { thread_ts: ts(120), parent_user_id: 'U0JONAS' }));
  put('general', say('U0PITA', ts(90_000), 'So did we, a day later', { thread_ts: ts(120), parent_user_id: 'U0JONAS', subtype: 'thread_broadcast' }));
  put(
    'general',
    say('U0MEI', ts(300), 'Mended now', {
      edited: { user: 'U0MEI', ts: ts(360) },
      reactions: [
        { name: 'thumbsup', users: ['U0AMINA', 'U0OLD', 'U0NOBODY'], count: 3 },
        { name: 'our_parrot', users: ['U0AMINA'], count: 1 },
      ],
    }),
  );
  put('general', {
    type: 'message',
    subtype: 'bot_message',
    bot_id: 'B0ALARM',
    username: 'Alarm',
    text: '',
    ts: ts(400),
    attachments: [{ title: 'Line down', title_link: 'https://status.example/1', text: 'since *nine*', fields: [{ title: 'Where', value: 'Port' }] }],
  } as Message);
  put(
    'general',
    say('U0AMINA', ts(500), '', {
      subtype: 'file_share',
      files: [{ id: 'F0HERE', name: 'plan.txt', mimetype: 'text/plain', url_private: 'https://files.slack.example/x?t=xoxe-1' }],
    }),
  );
  put('general', say('U0AMINA', ts(520), 'and another', { files: [{ id: 'F0GONE', name: 'far.pdf', url_private: 'https://files.slack.example/y?t=xoxe-2' }] }));
  files.set('__uploads/F0HERE/plan.txt', 'the plan');
  put('general', say('U0JONAS', ts(540), 'See the map', { files: [{ id: 'F0MAP', name: 'map.png' }] }));
  files.set('general/attachments/F0MAP-map.png', PIXEL);
  put('sim-swap', say('U0OLD', ts(700), 'I am gone since, quetzalcoatlus'));
  put('old-project', say('U0NEW', ts(800), 'Long ago, archaeopteryx'));
  put('inner-circle', say('U0AMINA', ts(900), 'Between us: okapikeeper', { thread_ts: ts(900), reply_count: 1 }));
  put('inner-circle', say('U0NEW', ts(960), 'I know: okapikeeper too', { thread_ts: ts(900) }));
  put('mpdm-amina--mei--pita-1', say('U0MEI', ts(1000), 'Only for three: narwhaltusk'));
  put('D0AJ', say('U0JONAS', ts(1100), 'For you alone: axolotlpond'));
  put(
    'D0AN',
    say('U0NEW', ts(1200), 'When will I be there? pangolinscale', {
      reactions: [{ name: 'eyes', users: ['U0NEW', 'U0AMINA'], count: 2 }],
      pinned_to: ['D0AN'],
    }),
  );
  put('D0OLD', say('U0OLD', ts(1300), 'Nobody is here: dugongbay'));
  for (let n = 0; n < many; n++) put('sim-swap', say(everyone[n % 4]!, ts(10_000 + n * 3600, n), `Line ${n} of talk, <@${everyone[(n + 1) % 4]}>`));
  for (let n = 0; n < channels; n++) {
    publics.push(place(`C1${String(n).padStart(5, '0')}`, `topic-${n}`, everyone));
    put(`topic-${n}`, say(everyone[n % 4]!, ts(20_000 + n), `Talk of topic ${n}`));
  }

  if (faults) {
    // People: one of another workspace, one whom nobody lists, a broken entry, one twice.
    users.push(
      { id: 'U0FAR', team_id: 'T0AWAY', is_stranger: true, profile: { real_name: 'Faraday of Far', email: 'amina@ta-lumaria.example' } },
      null,
      { id: 7 },
      users[0],
    );
    put('general', say('U0FAR', ts(2000), 'Greetings from afar'));
    put('general', say('U0GHOST', ts(2060), 'Nobody lists me', { user_profile: { real_name: 'Ghost Writer' } }));
    put('general', say('U0VOID', ts(2070), 'Not even a name'));
    put('general', say('U0STRANGE', ts(2080), 'From next door', { user_team: 'T0AWAY', user_profile: { real_name: 'Next Door' } }));
    // Messages: too long, without words, said twice, without time, from the future, deleted, not even an object.
    put('general', say('U0JONAS', ts(2100), `Long ${'word '.repeat(8000)}end`));
    put('general', say('U0JONAS', ts(2110), ''));
    put('general', say('U0MEI', ts(300), 'Mended now, once more'));
    put('general', { type: 'message', subtype: 'tombstone', user: 'USLACKBOT', text: 'This message was deleted.', ts: ts(2130), hidden: true } as Message);
    put('general', { type: 'message', subtype: 'message_deleted', ts: ts(2135), deleted_ts: ts(2134), previous_message: { text: 'nevermore' } } as Message);
    put('general', {
      type: 'message',
      subtype: 'message_changed',
      ts: ts(2140),
      message: { type: 'message', user: 'U0PITA', text: 'It was Tuesday', ts: ts(2138) },
      previous_message: { type: 'message', user: 'U0PITA', text: 'It was Monday' },
    } as Message);
    put('general', say('U0PITA', ts(2150), 'An answer to nothing', { thread_ts: ts(1) }));
    const day = 'general/2024-01-08.json';
    days.set(day, [...(days.get(day) ?? []), null, 'words', [], 42, { ...say('U0MEI', '2120', 'No time') }, say('U0MEI', '9999999999.000001', 'Not yet')]);
    // Files: not JSON, not a list, a folder that no list names, notes, the log of programs.
    files.set('sim-swap/2024-02-30.json', '[{"type": "message", "user": "U0AMINA", "text": "brok');
    files.set('sim-swap/2024-03-01.json', '{"messages": []}');
    files.set('unlisted/2024-01-08.json', JSON.stringify([say('U0AMINA', ts(3000), 'Whose is this? cassowarynest')]));
    files.set('general/canvas.html', '<p>x</p>');
    files.set('canvases.json', '[]');
    files.set('integration_logs.json', '[{"service": "x"}]');
    publics.push(null, { id: 'C0NAMELESS' }, publics[0], place('C0EMPTY', 'nobody-spoke', everyone), {
      ...place('C0CLOSED', 'called-public', ['U0PITA']),
      is_private: true,
    });
    put('called-public', say('U0PITA', ts(3100), 'Only I may read this: kakaposong'));
  }
  files.set('users.json', JSON.stringify(users));
  files.set('channels.json', JSON.stringify(publics));
  files.set('groups.json', JSON.stringify(privates));
  files.set('mpims.json', JSON.stringify(mpims));
  files.set('dms.json', JSON.stringify(dms));
  for (const [name, messages] of days) files.set(name, JSON.stringify(messages));
  const words = {
    general: 'zebrafinch',
    'sim-swap': 'quetzalcoatlus',
    private: 'okapikeeper',
    three: 'narwhaltusk',
    two: 'axolotlpond',
    waiting: 'pangolinscale',
    nobody: 'dugongbay',
    alone: 'kakaposong',
    unlisted: 'cassowarynest',
  };
  return { files, words };
}

/** The files below a folder. */
export function writeFolder(folder: string, files: SlackFiles): string {
  for (const [name, content] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

/** The files in a ZIP, as Slack sends them. */
export async function writeZip(file: string, files: Iterable<[string, string | Uint8Array]>): Promise<string> {
  const zip = await ZipFile.create(file);
  for (const [name, content] of files) await zip.add(name, [content]);
  await zip.end();
  return file;
}
