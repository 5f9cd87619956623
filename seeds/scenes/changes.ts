import type { ChangeRequest } from './model.ts';

/** Four proposals on the starter library: two open, one merged, one declined. */
export const changeRequests: readonly ChangeRequest[] = [
  {
    slug: 'certificate-lifetime',
    space: 'security-assurance-framework',
    page: 'unauthorized-access-to-dfs-data',
    control: 'limit-certificate-lifetime',
    title: 'Bring the certificate lifetime up to date',
    reason:
      '825 days is from another time. Certificates that browsers and apps trust publicly have been limited to 398 days since 2020, to 200 days since March 2026, and the limit will fall again. Licensees tell us that they meet the control with certificates that no longer exist.',
    by: 'amina',
    at: '-4d 12:30',
    change: {
      find: 'Let no TLS certificate live longer than :param[825 days]{#certificate-lifetime}.',
      replace:
        'Let no TLS certificate live longer than :param[200 days]{#certificate-lifetime}, and renew certificates automatically. A private authority between provider and operator may set its own limit, in writing.',
    },
    comments: [
      {
        by: 'mei',
        at: '-3d 03:10',
        body: 'In favour of the change. One question: half of our problem is links between a provider and a switch, with certificates of their own authority. Does the second sentence let them keep 825 days for ever?',
      },
      { by: 'amina', at: '-3d 06:45', body: 'It lets them, but in writing, so that you can ask for it. I would rather see the number than not know it.' },
      {
        by: 'jonas',
        at: '-2d 07:20',
        body: 'Automatic renewal is the part that matters. We had two outages this year from certificates that ran out over a weekend.',
      },
    ],
  },
  {
    slug: 'holding-time-and-daily-needs',
    space: 'sim-swap',
    page: 'operators',
    control: 'hold-the-new-sim-back',
    title: 'Say what people can still do while they wait',
    reason:
      'On the outer islands the phone is the purse. A delay without any access means no food money. The recommendation should ask operators and providers to say what stays possible.',
    by: 'pita',
    at: '-2d 21:15',
    change: {
      find: 'Impose a delay of :param[a holding time set nationally]{#holding-time} between the request and handing over the new SIM.',
      replace:
        'Impose a delay of :param[a holding time set nationally]{#holding-time} between the request and handing over the new SIM. Tell the customer what remains possible meanwhile, such as receiving money or paying in person at an agent with an identity card.',
    },
    comments: [
      { by: 'ilda', at: '-1d 09:50', body: 'We do this in Virada. Complaints stopped when the shop said what one can do, not only what one cannot.' },
      { by: 'noor', at: '-1d 10:35', body: 'I would say “at an agent, with proof of identity”. Not every country has a card. Otherwise ready from my side.' },
      { by: 'pita', at: '-5h', body: 'Fair. I will change it tonight, when the line is better.' },
    ],
  },
  {
    slug: 'before-installation-not-wallet-login',
    space: 'security-assurance-framework',
    page: 'unauthorized-access-to-dfs-data',
    control: 'authenticate-before-app-installation',
    title: 'Make clear which login is meant before installation',
    reason:
      'Translating this, I found that three of our operators read it as the login to the wallet, which cannot happen before the app is there. The sentence should say that the user authenticates to the device or the store.',
    by: 'noor',
    at: '-16d 07:00',
    change: {
      find: 'Require user authentication before the app can be installed.',
      replace: 'Require the user to authenticate, to the device or to the app store, before the app can be installed.',
    },
    comments: [
      { by: 'mei', at: '-16d 09:15', body: 'Same demand, fewer questions. Is the store enough where phones are shared in a family?' },
      { by: 'noor', at: '-15d 06:40', body: 'There the device is the weaker of the two, so the store is what remains. I leave the choice open on purpose.' },
    ],
    decision: {
      outcome: 'merged',
      by: 'mei',
      at: '-15d 08:05',
      reason: 'It says the same thing and can no longer be misread. The title of the control stays right.',
    },
  },
  {
    slug: 'roaming-example',
    space: 'security-assurance-framework',
    page: 'account-and-session-hijacking',
    control: 'tie-access-to-location',
    title: 'Take the roaming example out',
    reason:
      'We have forty thousand people who work across the border and are on a roaming network every day. If USSD is barred while roaming, they cannot send money home.',
    by: 'jonas',
    at: '-18d 10:20',
    change: {
      find: 'For instance: no USSD while roaming, agents confined to a region, and agent and customer numbers',
      replace: 'For instance: agents confined to a region, and agent and customer numbers',
    },
    comments: [
      { by: 'amina', at: '-18d 11:55', body: 'The concern is right. We could lower the limits while roaming on the neighbour’s network and keep the rest.' },
      { by: 'noor', at: '-17d 06:30', body: 'The sentence says “for instance”. Is this a change of the framework, or your adaptation of it?' },
      { by: 'jonas', at: '-17d 08:12', body: 'Put like that, an adaptation. But others will stumble over the same words.' },
    ],
    decision: {
      outcome: 'declined',
      by: 'mei',
      at: '-17d 09:40',
      reason:
        'The roaming rule is an example of the source, and several countries apply it. Lumaria can record its own rule as an adaptation, with this reason, where peers with border workers will find it. Thank you for the figure; please keep it in the adaptation.',
    },
  },
];
