import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { grafanaFiles } from './parts/grafana';

/** `npm run dashboards`: writes Grafana's dashboards from the catalogue of panels. */
const root = resolve(import.meta.dirname, '..');
for (const [path, text] of Object.entries(grafanaFiles())) writeFileSync(join(root, path), text);
