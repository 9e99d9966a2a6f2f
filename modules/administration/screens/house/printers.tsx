import type { Device } from '@mach/fhir/types.ts';
import {
  Button,
  Select,
  TextField,
  toast,
  useCommand,
  useDrawer,
  usePick,
  usePrinters,
  useRecord,
  useRefreshPrinters,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type FormPrint, formsOf } from '../../house/printers.ts';
import { Issues } from '../issues.tsx';
import { FormDrawer } from './form-drawer.tsx';
import { HouseList } from './house-list.tsx';
import { texts } from './texts.ts';

interface PrinterRow {
  readonly key: string;
  readonly name: string | null;
  readonly room: string | null;
  readonly roomName: string | null;
  readonly roomCode: string | null;
}
interface PlaceRow {
  readonly key: string;
  readonly code: string | null;
  readonly name: string | null;
  readonly bed: string | null;
}

/** Printers of the desks: which form goes where, on which paper. */
export function Printers(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const printers = useView<PrinterRow>('administration.printers', {}, { sort: 'name', limit: 500 });
  const house = usePrinters();
  const formsOn = (key: string): string =>
    Object.entries(house?.printers.find((one) => one.id === key)?.forms ?? {})
      .map(([form, { paper, copies }]) => {
        const title = house?.forms.find((one) => one.form === form)?.title;
        return `${title ? pick(title) : form} ${paper}${copies > 1 ? ` × ${copies}` : ''}`;
      })
      .join(' · ');
  return (
    <HouseList<PrinterRow>
      label={t('printers')}
      drawer="house-printer"
      add={{ vi: texts.vi.addPrinter, en: texts.en.addPrinter }}
      rows={printers.rows}
      loading={printers.state === 'loading'}
      keyOf={(row) => row.key}
      textOf={(row) => row.name ?? row.key}
      columns={[
        { key: 'name', head: t('printerName'), rowHead: true, cell: (row) => row.name },
        { key: 'room', head: t('desk'), cell: (row) => `${row.roomCode ?? ''} ${row.roomName ?? ''}` },
        { key: 'forms', head: t('forms'), wide: true, cell: (row) => formsOn(row.key) },
      ]}
      form={(row) => <PrinterDrawer row={row} />}
    />
  );
}

function PrinterDrawer({ row }: { readonly row: PrinterRow | undefined }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const drawer = useDrawer('house-printer');
  const places = useView<PlaceRow>('administration.places', {}, { sort: 'code', limit: 2_000 });
  const { record } = useRecord<Device>('Device', row?.key);
  const [name, setName] = useState(row?.name ?? '');
  const [room, setRoom] = useState(row?.room ?? '');
  const house = usePrinters();
  const [typed, setTyped] = useState<Readonly<Record<string, FormPrint>>>({});
  const wanted: Readonly<Record<string, FormPrint>> = { ...(row && record ? formsOf(record) : {}), ...typed };
  const refresh = useRefreshPrinters();
  const options = {
    onDone: () => {
      refresh();
      toast({ text: t('saved') });
      drawer.close();
    },
  };
  const set = useCommand<object, { printer: string }>('administration.set-printer', options);
  const remove = useCommand<object, null>('administration.remove-printer', options);
  const issues = set.issuesByField;
  const save = (): void => {
    const forms = Object.entries(wanted).flatMap(([form, on]) => (on.paper === '' ? [] : [{ form, ...on }]));
    void set.run({ ...(row ? { printer: row.key } : {}), name, room, forms });
  };
  return (
    <FormDrawer
      id="house-printer"
      title={row?.name ?? t('addPrinter')}
      busy={set.running}
      onSave={save}
      actions={
        row && (
          <Button look="danger" busy={remove.running} onClick={() => void remove.run({ printer: row.key })}>
            {t('remove')}
          </Button>
        )
      }
    >
      <TextField label={t('printerName')} required autoFocus value={name} onChange={setName} issues={issues.name} />
      <Select
        label={t('desk')}
        required
        value={room}
        onChange={setRoom}
        issues={issues.room}
        options={places.rows
          .filter((one) => one.bed !== 'bd')
          .map((one) => ({ value: one.key, label: `${one.code} ${one.name}` }))}
      />
      <fieldset className="adm-checks">
        <legend>{t('forms')}</legend>
        {(house?.forms ?? []).map(({ form, title, papers }) => {
          const { paper, copies } = wanted[form] ?? { paper: '', copies: 1 };
          return (
            <div key={form} className="hou-form">
              <Select
                label={pick(title)}
                value={paper}
                empty={t('notHere')}
                onChange={(next) => setTyped((now) => ({ ...now, [form]: { paper: next, copies } }))}
                options={papers.map((one) => ({ value: one, label: one }))}
              />
              {paper !== '' && (
                <Select
                  label={t('copies')}
                  value={String(copies)}
                  onChange={(n) => setTyped((now) => ({ ...now, [form]: { paper, copies: Number(n) } }))}
                  options={['1', '2', '3', '4'].map((n) => ({ value: n, label: n }))}
                />
              )}
            </div>
          );
        })}
      </fieldset>
      <Issues of={[...(issues[''] ?? []), ...(issues.forms ?? []), ...remove.issues]} />
    </FormDrawer>
  );
}
