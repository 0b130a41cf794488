import { isLayer, MICROMETER_ATTRIBUTES } from '../conventions';
import { isTransparent, summarizeCulprit, type CulpritSummary } from '../culprit';
import type { Span } from '../model';
import { NO_PARENT, type FoundPlace } from './found-spans';
import type { FoundRequest } from './root-summary';

/**
 * The culprit of a found request, where the search told all it depends on: each span that failed,
 * and every one around it up to the root or to one that stops a failure. Else undefined: then the
 * trace has to be read.
 */
export function culpritOfFound({ places, root, isCut }: FoundRequest): CulpritSummary | undefined {
  if (isCut || root?.outcome !== 'failed') return undefined;
  const byNumber = new Map(places.map((place) => [place.left, place]));
  const isWhole = places.every(
    (place) => place.span.outcome === 'good' || isPathWhole(place, byNumber),
  );
  if (!isWhole || places.some(({ span }) => hidesItsCode(span))) return undefined;
  return summarizeCulprit(places.map(({ span }) => span));
}

function isPathWhole(from: FoundPlace, byNumber: ReadonlyMap<number, FoundPlace>): boolean {
  for (let place: FoundPlace | undefined = from; place;) {
    if (place.parent === NO_PARENT || stopsFailure(place.span)) return true;
    // Whoever is around has a lower number: an answer that says otherwise has no nested sets.
    if (place.parent >= place.left) return false;
    place = byNumber.get(place.parent);
  }
  return false;
}

const stopsFailure = (span: Span): boolean =>
  span.outcome === 'good' && !isTransparent(span) && !isLayer(span);

/** Its HTTP status is in an attribute that a search cannot tell from the status of the span. */
const hidesItsCode = ({ attributes }: Span): boolean =>
  MICROMETER_ATTRIBUTES.filter((name) => name !== 'status').every((name) => name in attributes);
