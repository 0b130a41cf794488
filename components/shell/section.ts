/** The sections of the portal, as its navigation has them. */
export type Section = 'requests' | 'dashboards' | 'alerts' | 'sources';

const SECTIONS: readonly Section[] = ['requests', 'dashboards', 'alerts', 'sources'];

/** The section a path belongs to; home belongs to the requests. */
export function sectionOf(path: string): Section | undefined {
  const first = path.split('/')[1];
  return first === '' ? 'requests' : SECTIONS.find((section) => section === first);
}

/** What the path of a request page names, decoded for people; undefined on every other page. */
export function requestOf(path: string): string | undefined {
  const encoded = /^\/requests\/([^/]+)$/.exec(path)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    // Not percent-encoded text: shown as it was typed.
    return encoded;
  }
}
