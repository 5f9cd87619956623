import type { Operation } from '../operation.server.ts';
import { audit } from './audit.server.ts';
import { changeRequests } from './change-requests.server.ts';
import { channels } from './channels.server.ts';
import { circles } from './circles.server.ts';
import { comments } from './comments.server.ts';
import { controls } from './controls.server.ts';
import { countryOperations } from './countries.server.ts';
import { decidingOperations } from './deciding.server.ts';
import { directory } from './directory.server.ts';
import { editions } from './editions.server.ts';
import { govern } from './govern.server.ts';
import { growing } from './growing.server.ts';
import { hub } from './hub.server.ts';
import { imports } from './imports.server.ts';
import { involvement } from './involvement.server.ts';
import { joining } from './joining.server.ts';
import { keeping } from './keeping.server.ts';
import { library } from './library.server.ts';
import { memberships } from './memberships.server.ts';
import { messageActs } from './message-acts.server.ts';
import { people } from './people.server.ts';
import { records } from './records.server.ts';
import { search } from './search.server.ts';
import { sharedDrafts } from './shared-drafts.server.ts';
import { talk } from './talk.server.ts';
import { telling } from './telling.server.ts';
import { upkeep } from './upkeep.server.ts';
import { uploads } from './uploads.server.ts';
import { watching } from './watching.server.ts';
import { writingAhead } from './writing-ahead.server.ts';

/** The whole of /api/v1. */
export const operations: readonly Operation[] = [
  ...library,
  ...editions,
  ...upkeep,
  ...watching,
  ...controls,
  ...changeRequests,
  ...sharedDrafts,
  ...decidingOperations,
  ...countryOperations,
  ...comments,
  ...channels,
  ...talk,
  ...telling,
  ...involvement,
  ...imports,
  ...messageActs,
  ...keeping,
  ...writingAhead,
  ...uploads,
  ...people,
  ...growing,
  ...govern,
  ...circles,
  ...directory,
  ...memberships,
  ...joining,
  ...audit,
  ...hub,
  ...records,
  ...search,
];
