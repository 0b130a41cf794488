import { Registry } from 'prom-client';

/** The metrics of this process: those every service has, and what it counts of its own business. */
export const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
export const registers = [registry as unknown as Registry];
