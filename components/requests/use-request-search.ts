'use client';

import { throttle, useQueryStates, type Options } from 'nuqs';
import { requestSearchParams } from './search-params';

/** What is dragged or typed is written to the URL at most so often; the page shows it at once. */
const CONTINUOUS_MS = 200;

/** For what changes with every movement of the hand. */
export const CONTINUOUS: Options = {
  history: 'replace',
  limitUrlUpdates: throttle(CONTINUOUS_MS),
};

/** For what the back button of the browser should undo. */
export const NAVIGATION: Options = { history: 'push' };

/** What is seen of a request, as the URL has it. Changing it asks nothing of the server. */
export const useRequestSearch = () => useQueryStates(requestSearchParams);
