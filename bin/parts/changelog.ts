/**
 * The section of one version in a changelog of the form of Keep a Changelog, without its heading.
 * @param version without a leading v, or "Unreleased"
 * @throws Error when there is none, or it is empty
 */
export function sectionOf(changelog: string, version: string): string {
  const lines = changelog.split('\n');
  const headings = [`## ${version}`, `## [${version}]`];
  const start = lines.findIndex((line) =>
    headings.some((heading) => line === heading || line.startsWith(`${heading} `)),
  );
  if (start < 0) throw new Error(`The changelog has no section ${version}.`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  const section = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
  const text = section.join('\n').trim();
  if (text === '') throw new Error(`The changelog says nothing of ${version}.`);
  return text;
}
