import { OutboundError } from './outbound-error';

/**
 * How many calls one piece of work may cause, whatever it finds on its way. A call that is joined
 * by others counts for each; tries of the same call count once.
 */
export class CallBudget {
  private used = 0;

  /** @param whole what the calls of several budgets count against as well */
  constructor(
    readonly limit: number,
    private readonly whole?: CallBudget,
  ) {}

  /** Counts one call. @throws OutboundError call_limit when there are none left */
  take(): void {
    if (this.used >= this.limit)
      throw new OutboundError('call_limit', `more than ${this.limit} calls`);
    this.whole?.take();
    this.used += 1;
  }
}
