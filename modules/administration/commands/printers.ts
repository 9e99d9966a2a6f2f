import { refuse } from '@mach/base/problem.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { Device, Location } from '@mach/fhir/types.ts';
import { HOUSE } from '../contract.ts';
import { formsOf, isPrinter, printerRecord } from '../house/printers.ts';
import { printerInput, removePrinterInput } from '../house-inputs.ts';

export const setPrinterCommand = defineCommand({
  name: 'administration.set-printer',
  kind: 'intent',
  permission: HOUSE,
  title: { vi: 'Khai báo máy in của một bàn', en: 'Set up a printer of a desk' },
  input: printerInput,
  async handle(input, ctx): Promise<{ printer: string }> {
    await ctx.read<Location>('Location', input.room);
    const here = await ctx.referring<Device>('Device.location', input.room);
    const wanted = new Set<string>();
    for (const { form } of input.forms) {
      if (wanted.has(form))
        throw refuse(
          422,
          'twice',
          { vi: `Mẫu ${form} lặp lại`, en: `The form ${form} stands there twice` },
          { field: 'forms' },
        );
      wanted.add(form);
    }
    for (const other of here) {
      const taken =
        other.id === input.printer || other.status !== 'active' || !isPrinter({ ...other })
          ? []
          : Object.keys(formsOf(other));
      const both = taken.find((form) => wanted.has(form));
      if (both !== undefined)
        throw refuse(
          409,
          'form-taken',
          {
            vi: `Mẫu ${both} đang in ở ${other.deviceName?.[0]?.name ?? other.id}`,
            en: `The form ${both} is printed on ${other.deviceName?.[0]?.name ?? other.id}`,
          },
          { field: 'forms', remedy: { vi: 'Bỏ mẫu này ở máy kia trước', en: 'Take it off the other printer first' } },
        );
    }
    const record = printerRecord(input.printer ?? ctx.id(), input);
    if (input.printer === undefined) ctx.create<Device>(record);
    else {
      const before = await ctx.lock<Device>('Device', input.printer);
      if (!isPrinter({ ...before }))
        throw refuse(404, 'not-found', { vi: 'Không có máy in này', en: 'There is no such printer' });
      ctx.update<Device>(record);
    }
    return { printer: record.id };
  },
});

export const removePrinterCommand = defineCommand({
  name: 'administration.remove-printer',
  kind: 'intent',
  permission: HOUSE,
  title: { vi: 'Bỏ máy in', en: 'Remove a printer' },
  input: removePrinterInput,
  async handle(input, ctx): Promise<null> {
    const before = await ctx.lock<Device>('Device', input.printer);
    if (!isPrinter({ ...before }))
      throw refuse(404, 'not-found', { vi: 'Không có máy in này', en: 'There is no such printer' });
    // Without its forms, not with an empty list of them: that is no valid record.
    const { extension: _forms, ...rest } = before;
    ctx.update<Device>({ ...rest, status: 'inactive' });
    return null;
  },
});
