import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { closedFromOf, isListed } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Appointment, Location, Organization } from '@mach/fhir/types.ts';
import type { z } from 'zod';
import { type ClosePlaceResult, HOUSE, type PlaceResult } from '../contract.ts';
import { bedId, bedRecord, departmentId, departmentRecord, roomId, roomRecord, withClosing } from '../house/places.ts';
import { closePlaceInput, setPlaceInput } from '../house-inputs.ts';

type PlaceInput = z.output<typeof setPlaceInput>;

export const setPlaceCommand = defineCommand({
  name: 'administration.set-place',
  kind: 'intent',
  permission: HOUSE,
  title: { vi: 'Thêm, sửa khoa, phòng, giường', en: 'Add or change a department, room or bed' },
  input: setPlaceInput,
  handle: setPlace,
});

/** Writes one place. */
export async function setPlace(input: PlaceInput, ctx: CommandContext): Promise<PlaceResult> {
  if (input.kind === 'department') {
    const before = await ctx.find<Organization>('Organization', departmentId(input.code));
    requireNew(input, before);
    const record = departmentRecord(input, before);
    if (before) ctx.update<Organization>(record);
    else ctx.create<Organization>(record);
    return { place: record.id };
  }
  if (input.kind === 'room') {
    const before = await ctx.find<Location>('Location', roomId(input.code));
    requireNew(input, before);
    await requireOpen(ctx, 'Organization', input.department, 'department');
    if (input.examService !== undefined && !isListed(ctx, input.examService))
      throw refuse(
        422,
        'not-listed',
        {
          vi: `Danh mục không có dịch vụ "${input.examService}"`,
          en: `No list holds the service "${input.examService}"`,
        },
        { field: 'examService', remedy: { vi: 'Tìm theo tên rồi chọn', en: 'Search by name and choose' } },
      );
    if (input.use === 'exam' && input.examService === undefined)
      throw refuse(
        422,
        'exam-service',
        { vi: 'Phòng khám cần dịch vụ khám để tính tiền', en: 'An exam room needs its exam service' },
        {
          field: 'examService',
          remedy: { vi: 'Chọn công khám của phòng', en: 'Choose the exam that is charged here' },
        },
      );
    const record = roomRecord({ ...input, kind: input.use }, before);
    if (before) ctx.update<Location>(record);
    else ctx.create<Location>(record);
    return { place: record.id };
  }
  const before = await ctx.find<Location>('Location', bedId(input.code));
  requireNew(input, before);
  const room = await requireOpen<Location>(ctx, 'Location', input.room, 'room');
  const record = bedRecord(input, room, before);
  if (before) ctx.update<Location>(record);
  else ctx.create<Location>(record);
  return { place: record.id };
}

function requireNew(input: PlaceInput, before: unknown): void {
  if (input.isNew && before)
    throw refuse(
      409,
      'code-taken',
      { vi: `Mã ${input.code} đã có`, en: `The code ${input.code} exists` },
      {
        field: 'code',
        remedy: { vi: 'Chọn mã khác, hoặc sửa mục đã có', en: 'Choose another, or change the one there is' },
      },
    );
  if (!input.isNew && !before)
    throw refuse(
      404,
      'not-found',
      { vi: `Không có mã ${input.code}`, en: `There is no ${input.code}` },
      { field: 'code' },
    );
}

async function requireOpen<T extends Location | Organization>(
  ctx: CommandContext,
  type: T['resourceType'],
  id: string,
  field: string,
): Promise<T & { id: string }> {
  const found = await ctx.find<T>(type, id);
  if (!found) throw refuse(422, 'not-found', { vi: `Không có ${id}`, en: `There is no ${id}` }, { field });
  const from = closedFromOf(found as Location);
  if (from !== undefined && from <= localDate(ctx.now))
    throw refuse(
      409,
      'closed',
      { vi: `${found.name ?? id} đã đóng từ ${from}`, en: `${found.name ?? id} is closed since ${from}` },
      { field, remedy: { vi: 'Mở lại trước, hoặc chọn nơi khác', en: 'Open it again first, or choose another' } },
    );
  return found as T & { id: string };
}

export const closePlaceCommand = defineCommand({
  name: 'administration.close-place',
  kind: 'intent',
  permission: HOUSE,
  title: { vi: 'Đóng, mở lại khoa, phòng, giường', en: 'Close a department, room or bed, or open it again' },
  input: closePlaceInput,
  async handle(input, ctx): Promise<ClosePlaceResult> {
    const { from, reason } = input;
    if (from !== null && from < localDate(ctx.now))
      throw refuse(
        422,
        'in-the-past',
        { vi: 'Ngày đóng đã qua', en: 'The day is past' },
        { field: 'from', remedy: { vi: 'Chọn từ hôm nay trở đi', en: 'Choose today or later' } },
      );
    const standing =
      input.type === 'Organization'
        ? await closeDepartment(ctx, input.id, from)
        : await closeLocation(ctx, input.id, from);
    ctx.emit('administration.place-closed', { place: `${input.type}/${input.id}`, from, reason });
    return { place: input.id, standing };
  },
});

async function closeDepartment(ctx: CommandContext, id: string, from: string | null): Promise<number> {
  const department = await ctx.lock<Organization>('Organization', id);
  if (from !== null) {
    const rooms = await ctx.referring<Location>('Location.organization', id);
    const open = rooms.filter((room) => room.status === 'active' && (closedFromOf(room) ?? '9') > from);
    if (open.length > 0)
      throw refuse(
        409,
        'rooms-open',
        {
          vi: `Còn ${open.length} phòng mở sau ngày ${from}: ${open
            .slice(0, 5)
            .map((r) => r.name)
            .join(', ')}`,
          en: `${open.length} rooms are open after ${from}: ${open
            .slice(0, 5)
            .map((r) => r.name)
            .join(', ')}`,
        },
        { remedy: { vi: 'Đóng các phòng của khoa trước', en: 'Close its rooms first' } },
      );
  }
  ctx.update<Organization>(withClosing(department, from));
  return 0;
}

/** Appointments that stand on or after the day are not touched: they are counted, to be moved by people. */
async function closeLocation(ctx: CommandContext, id: string, from: string | null): Promise<number> {
  const place = await ctx.lock<Location>('Location', id);
  ctx.update<Location>(withClosing({ ...place, status: 'active' }, from));
  if (from === null) return 0;
  const booked = await ctx.referring<Appointment>('Appointment.location', id);
  return booked.filter((a) => a.status === 'booked' && localDate(a.start ?? '1970-01-01T00:00:00Z') >= from).length;
}
