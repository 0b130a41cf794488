import { intake } from '@/lib/http/inbound';
import { exportRoute, receiveExport } from '@/lib/telemetry/embedded/intake';

export const POST = intake(exportRoute('logs'), (request) => receiveExport('logs', request));
