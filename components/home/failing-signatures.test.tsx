import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { FailingSignatures as Failures } from '@/lib/requests/explore/contract';
import { FailingSignatures } from './failing-signatures';

const partial: Failures['partial'] = [
  { code: 'source_warning', source: 'Tempo', text: 'slow', sentence: 'Tempo: slow' },
];
const rendered = (parts: Partial<Failures>): string =>
  renderToStaticMarkup(
    <FailingSignatures
      failures={{
        total: 40,
        failedTotal: 0,
        read: 0,
        signatures: [],
        partial: [],
        failed: null,
        ...parts,
      }}
    />,
  );

test('no failure of an hour that was read whole is none', () =>
  expect(rendered({})).toContain('No failures in the last hour. 40 requests seen.'));
test('no failure of an hour that was read in part is none of what was read', () => {
  const page = rendered({ partial });
  expect(page).toContain('No failures in what was read of the last hour. 40 requests seen.');
  expect(page).toContain('Failures may be missing: Tempo: slow.');
});
test('a source that did not answer is not said to have no failures', () => {
  const page = rendered({ failed: 'Tempo did not answer: connection refused.', total: null });
  expect(page).toContain('Tempo did not answer: connection refused.');
  expect(page).not.toContain('No failures');
});
