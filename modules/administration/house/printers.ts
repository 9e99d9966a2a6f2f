import type { Device } from '@mach/fhir/types.ts';
import { FHIR_BASE } from '@mach/vn/systems.ts';

const FORM = `${FHIR_BASE}/ext/printer-form`;
const TYPE = `${FHIR_BASE}/cs/device`;
/** For the columns of views, and for what claims the record. */
export const PRINTER = { form: FORM, type: TYPE, code: 'printer' } as const;

export interface PrinterFields {
  name: string;
  room: string;
  forms: readonly { form: string; paper: string }[];
}

/** A printer of a desk: which form goes there, on which paper. */
export const printerRecord = (id: string, of: PrinterFields): Device & { id: string } => ({
  resourceType: 'Device',
  id,
  status: 'active',
  deviceName: [{ name: of.name, type: 'user-friendly-name' }],
  type: { coding: [{ system: TYPE, code: PRINTER.code }] },
  location: { reference: `Location/${of.room}` },
  extension: of.forms.map(({ form, paper }) => ({
    url: FORM,
    extension: [
      { url: 'form', valueString: form },
      { url: 'paper', valueString: paper },
    ],
  })),
});

export const isPrinter = (record: Record<string, unknown>): boolean => {
  const coding = (record as Partial<Device>).type?.coding;
  return Array.isArray(coding) && coding.some((c) => c.system === TYPE && c.code === PRINTER.code);
};

/** Form → paper. */
export const formPapers = (printer: Device): Record<string, string> =>
  Object.fromEntries(
    (printer.extension ?? [])
      .filter((e) => e.url === FORM)
      .map((e) => {
        const part = (url: string): string => e.extension?.find((one) => one.url === url)?.valueString ?? '';
        return [part('form'), part('paper')];
      }),
  );
