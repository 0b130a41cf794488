import { intake } from '@/lib/http/inbound';
import { exportRoute, receiveExport } from '@/lib/telemetry/embedded/intake';

export const POST = intake(exportRoute('traces'), (request) => receiveExport('traces', request));
