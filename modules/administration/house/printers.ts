import type { Device } from '@mach/fhir/types.ts';
import { FHIR_BASE } from '@mach/vn/systems.ts';

const FORM = `${FHIR_BASE}/ext/printer-form`;
const TYPE = `${FHIR_BASE}/cs/device`;
/** For the columns of views, and for what claims the record. */
export const PRINTER = { form: FORM, type: TYPE, code: 'printer' } as const;

export interface PrinterFields {
  name: string;
  room: string;
  forms: readonly { form: string; paper: string; copies?: number | undefined }[];
}

/** A printer of a desk: which form goes there, on which paper. */
export const printerRecord = (id: string, of: PrinterFields): Device & { id: string } => ({
  resourceType: 'Device',
  id,
  status: 'active',
  deviceName: [{ name: of.name, type: 'user-friendly-name' }],
  type: { coding: [{ system: TYPE, code: PRINTER.code }] },
  location: { reference: `Location/${of.room}` },
  extension: of.forms.map(({ form, paper, copies = 1 }) => ({
    url: FORM,
    extension: [
      { url: 'form', valueString: form },
      { url: 'paper', valueString: paper },
      ...(copies > 1 ? [{ url: 'copies', valuePositiveInt: copies }] : []),
    ],
  })),
});

export const isPrinter = (record: Record<string, unknown>): boolean => {
  const coding = (record as Partial<Device>).type?.coding;
  return Array.isArray(coding) && coding.some((c) => c.system === TYPE && c.code === PRINTER.code);
};

/** What a printer gives of a form. */
export interface FormPrint {
  paper: string;
  copies: number;
}

/** Form → paper and copies. */
export const formsOf = (printer: Device): Record<string, FormPrint> =>
  Object.fromEntries(
    (printer.extension ?? [])
      .filter((e) => e.url === FORM)
      .map((e): [string, FormPrint] => {
        const part = (url: string) => e.extension?.find((one) => one.url === url);
        return [
          part('form')?.valueString ?? '',
          { paper: part('paper')?.valueString ?? '', copies: part('copies')?.valuePositiveInt ?? 1 },
        ];
      }),
  );
