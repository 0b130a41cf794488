import { intake } from '@/lib/http/inbound';
import { exportRoute, takeIn } from '@/lib/telemetry/embedded/intake';

export const POST = intake(exportRoute('logs'), (request) => takeIn('logs', request));
