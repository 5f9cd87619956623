import { nothing } from './messages.server.ts';
import type { Counted, Place } from './model.ts';
import type { SlackReading } from './read-slack.server.ts';

export type CountedPlace = Counted & Pick<Place, 'source' | 'kind' | 'name'> & { people: number };

/** Reads every message and keeps none: how many there are in each place, how many would come in, and what would not. */
export async function countSlack(reading: SlackReading, progress: (line: string) => void): Promise<CountedPlace[]> {
  const done: CountedPlace[] = [];
  for (const [n, place] of reading.places.entries()) {
    const counted = nothing();
    for await (const _ of reading.messages(place, counted)) progress(`${n + 1}/${reading.places.length}  ${counted.come}`);
    done.push({ source: place.source, kind: place.kind, name: place.name, people: place.people.length, ...counted });
  }
  return done;
}
