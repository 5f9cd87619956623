/** What the demo community has been doing: typed data, no database code. */
export { changeRequests } from './scenes/changes.ts';
export { publicChannels } from './scenes/public.ts';
export { openChannels } from './scenes/channels.ts';
export { circleChannels } from './scenes/circles.ts';
export type { ChangeRequest, Channel, Message, Thread, Tlp } from './scenes/model.ts';
