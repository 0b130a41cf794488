import { intake } from '@/lib/http/inbound';
import { takeIn } from '@/lib/telemetry/embedded/intake';

export const POST = intake((request) => takeIn('traces', request));
