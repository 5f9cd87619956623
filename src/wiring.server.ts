import type { CronItem, TaskList } from 'graphile-worker';
import { fillFrames } from '#domains/activity/content.server.ts';
import { showChips } from '#domains/conversations/chips.server.ts';
import { messageFrames } from '#domains/conversations/frames.server.ts';
import { controlChips } from '#domains/controls/chips.server.ts';
import { changeChips, pageChips } from '#domains/library/chips.server.ts';

/**
 * Every kind of job and what runs it; each room with a `jobs.server.ts` adds its own here, and its kind to the list in db/policies/45-jobs.sql.
 * Payloads carry ids and the actor, never contents. Loaded when the first job comes: jobs speak words, and words are compiled by the first start.
 */
export const jobs: TaskList = {
  'people.mail-invitation': async (payload) => (await import('#domains/people/jobs.server.ts')).mailInvitation(payload as never),
  // Queued by the trigger that does the act.
  'people.mail-membership': async (payload) => (await import('#domains/people/mail-membership.server.ts')).mailMembership(payload as never),
  'people.mail-new-device': async (payload) => (await import('#domains/people/notices.server.ts')).mailNewDevice(payload as never),
  'people.mail-way-in': async (payload) => (await import('#domains/people/notices.server.ts')).mailWayIn(payload as never),
  'people.mail-recovery-asked': async (payload) => (await import('#domains/people/notices.server.ts')).mailRecoveryAsked(payload as never),
  'people.mail-recovery-confirmed': async (payload) => (await import('#domains/people/notices.server.ts')).mailRecoveryConfirmed(payload as never),
  'people.mail-recovery-link': async (payload) => (await import('#domains/people/notices.server.ts')).mailRecoveryLink(payload as never),
  'people.check-domain': async (payload) => (await import('#domains/people/joining/check-domain.server.ts')).checkDomain(payload as never),
  'people.mail-application-link': async (payload) => (await import('#domains/people/joining/mail-application.server.ts')).mailApplicationLink(payload as never),
  'people.mail-application': async (payload) => (await import('#domains/people/joining/mail-application.server.ts')).mailApplication(payload as never),
  'people.check-application': async (payload) => (await import('#domains/people/joining/check-domain.server.ts')).checkApplication(payload as never),
  'people.tend-applications': async () => (await import('#domains/people/joining/check-domain.server.ts')).tendApplications(),
  'people.tend-guests': async () => (await import('#domains/people/guests/tend-guests.server.ts')).tendGuests(),
  'people.tend-confirmations': async () => (await import('#domains/people/confirming/tend-confirmations.server.ts')).tendConfirmations(),
  'people.check-waiting-domains': async () => (await import('#domains/people/joining/check-domain.server.ts')).checkWaitingDomains(),
  // Queued by the trigger of each step.
  'govern.mail-opened': async (payload) => (await import('#domains/govern/mail-opened.server.ts')).mailOpened(payload as never),
  'govern.mail-delegation': async (payload) => (await import('#domains/govern/mail-delegation.server.ts')).mailDelegation(payload as never),
  'govern.mail-act': async (payload) => (await import('#domains/govern/mail-act.server.ts')).mailAct(payload as never),
  'people.mail-admission': async (payload) => (await import('#domains/people/circles/mail-admission.server.ts')).mailAdmission(payload as never),
  'records.mail-export': async (payload) => (await import('#domains/records/exports/mail-export.server.ts')).mailExport(payload as never),
  // Queued by the steward's decision, and by whoever joins.
  'exchange.land-import': async (payload) => (await import('#domains/exchange/slack/jobs.server.ts')).landImport(payload as never),
  'exchange.match-imported': async (payload) => (await import('#domains/exchange/slack/jobs.server.ts')).matchImported(payload as never),
  // Queued by the trigger of whoever asks.
  'records.make-export': async (payload) => (await import('#domains/records/exports/make-export.server.ts')).makeExport(payload as never),
  'library.run-procedures': async () => void (await (await import('#domains/library/deciding/procedure.server.ts')).runProcedures()),
  'library.tell-deciders': async () => void (await (await import('#domains/library/deciding/tell-deciders.server.ts')).tellDeciders()),
  'library.remind-owners': async () => void (await (await import('#domains/library/upkeep/set-upkeep.server.ts')).remindOwners()),
  'library.check-links': async () => void (await (await import('#domains/library/links/check-links.server.ts')).checkLinks()),
  'conversations.send-scheduled': async () => void (await (await import('#domains/conversations/send-scheduled.server.ts')).sendScheduled()),
  'conversations.recount': async () => (await import('#domains/conversations/recount.server.ts')).recount(),
  // Queued by the functions that report and decide.
  'conversations.mail-moderation': async (payload) =>
    (await import('#domains/conversations/moderation/mail-moderation.server.ts')).mailModeration(payload as never),
  // Queued by the trigger of whoever sends in; by the clock for what could not be asked then.
  'files.look': async (payload) => {
    await (await import('#domains/files/look-through.server.ts')).lookThrough((payload as { ids?: { upload?: string } }).ids?.upload);
  },
  'files.mail-infected': async (payload) => (await import('#domains/files/look-through.server.ts')).mailInfected(payload as never),
  'records.retention': async () => void (await (await import('#domains/records/run-retention.server.ts')).runRetention()),
  'people.mail-sso': async (payload) => (await import('#domains/people/single-sign-on/mail-sso.server.ts')).mailSso(payload as never),
  'people.reseal': async () => void (await (await import('#domains/people/reseal.server.ts')).resealValues()),
  'hub.watch': async () => void (await (await import('#domains/hub/health/watch.server.ts')).watchHealth()),
  'hub.mail-health': async (payload) => (await import('#domains/hub/health/watch.server.ts')).mailHealth(payload as never),
  'audit.seal': async () => void (await (await import('#domains/audit/seal-log.server.ts')).sealLog()),
};

/** What runs by the clock; one at a time, on whichever node takes it. */
export const clockwork: CronItem[] = [
  // What a node that had not heard of a new key yet sealed with the old one.
  { match: '*/15 * * * *', task: 'people.reseal', options: { queueName: 'keys', jobKey: 'people.reseal', maxAttempts: 3 } },
  { match: '* * * * *', task: 'hub.watch', options: { queueName: 'hub', jobKey: 'hub.watch', maxAttempts: 3 } },
  { match: '* * * * *', task: 'audit.seal', options: { queueName: 'audit', jobKey: 'audit.seal', maxAttempts: 3 } },
  { match: '* * * * *', task: 'files.look', options: { queueName: 'files', jobKey: 'files.look', maxAttempts: 2 } },
  { match: '* * * * *', task: 'conversations.send-scheduled', options: { queueName: 'scheduled', jobKey: 'conversations.send-scheduled', maxAttempts: 3 } },
  { match: '* * * * *', task: 'library.run-procedures', options: { queueName: 'library', jobKey: 'library.run-procedures', maxAttempts: 3 } },
  { match: '* * * * *', task: 'library.tell-deciders', options: { queueName: 'library', jobKey: 'library.tell-deciders', maxAttempts: 3 } },
  { match: '7 * * * *', task: 'library.remind-owners', options: { queueName: 'library', jobKey: 'library.remind-owners', maxAttempts: 3 } },
  { match: '*/5 * * * *', task: 'people.tend-guests', options: { queueName: 'joining', jobKey: 'people.tend-guests', maxAttempts: 2 } },
  { match: '20 5 * * *', task: 'people.tend-confirmations', options: { queueName: 'joining', jobKey: 'people.tend-confirmations', maxAttempts: 3 } },
  { match: '15,45 * * * *', task: 'people.tend-applications', options: { queueName: 'joining', jobKey: 'people.tend-applications', maxAttempts: 2 } },
  { match: '*/30 * * * *', task: 'people.check-waiting-domains', options: { queueName: 'joining', jobKey: 'people.check-waiting-domains', maxAttempts: 2 } },
  // At night (UTC), when few are here. What there was no time for is asked ten minutes later.
  { match: '*/10 3 * * *', task: 'library.check-links', options: { queueName: 'links', jobKey: 'library.check-links', maxAttempts: 1 } },
  { match: '17 2 * * *', task: 'records.retention', options: { queueName: 'records', jobKey: 'records.retention', maxAttempts: 3 } },
  { match: '47 2 * * *', task: 'conversations.recount', options: { queueName: 'records', jobKey: 'conversations.recount', maxAttempts: 3 } },
];

/** What the rooms give to the furniture that knows them only by kind and id; called once when a process that serves pages starts. */
export function wire(): void {
  fillFrames('message', messageFrames);
  showChips('page', pageChips);
  showChips('control', controlChips);
  showChips('change', changeChips);
}
