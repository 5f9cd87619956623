// What signed-in readers get on every page: one file, no framework. Add a feature: a file here, and a line below.
import './acts.ts';
import './at-desk.ts';
import './attach.ts';
import './changed.ts';
import './compose.ts';
import './conversation.ts';
import './draft.ts';
import './line.ts';
import './times.ts';
import './unread.ts';
import './who.ts';
import { startLive } from './live.ts';
import { mountAll } from './registry.ts';
import { remember } from './swap.ts';

remember(document);
mountAll(document);
startLive();
