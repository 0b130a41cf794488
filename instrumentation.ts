/** Runs once when a server process starts, before it serves anything. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs')
    await (await import('./instrumentation.node')).startProcess();
}
