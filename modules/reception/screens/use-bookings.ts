import type { BookingRow } from '@mach/appointment/contract.ts';
import { addDays, fromLocal } from '@mach/base/time.ts';
import { useView } from '@mach/ui';
import { normalizePhone } from '@mach/vn/phone.ts';
import type { PersonSummary } from '../contract.ts';

/** The appointment of today for which somebody stands at the desk: booked on the record, or by telephone before it. */
export function useBookingOf(person: PersonSummary, day: string): BookingRow | undefined {
  const { rows } = useView<BookingRow>(
    'appointment.bookings',
    { status: 'booked', 'startAt.from': fromLocal(day), 'startAt.to': fromLocal(addDays(day, 1)) },
    { sort: 'startAt', limit: 1000 },
  );
  const phone = normalizePhone(person.person.phone ?? '');
  return (
    rows.find((row) => row.patientId === person.patient) ??
    rows.find((row) => row.patientId === null && phone !== undefined && row.phone === phone)
  );
}
