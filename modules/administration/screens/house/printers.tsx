import type { Device } from '@mach/fhir/types.ts';
import {
  Button,
  Select,
  TextField,
  toast,
  useCommand,
  useDrawer,
  usePick,
  useRecord,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { PAPERS } from '../../house/papers.ts';
import { formPapers } from '../../house/printers.ts';
import { Issues } from '../issues.tsx';
import { FormDrawer } from './form-drawer.tsx';
import { FORMS } from './forms.ts';
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
  const printers = useView<PrinterRow>('administration.printers', {}, { sort: 'name', limit: 500 });
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
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const papers: Readonly<Record<string, string>> = { ...(row && record ? formPapers(record) : {}), ...typed };
  const options = {
    onDone: () => {
      toast({ text: t('saved') });
      drawer.close();
    },
  };
  const set = useCommand<object, { printer: string }>('administration.set-printer', options);
  const remove = useCommand<object, null>('administration.remove-printer', options);
  const issues = set.issuesByField;
  const save = (): void => {
    const forms = Object.entries(papers).flatMap(([form, paper]) => (paper === '' ? [] : [{ form, paper }]));
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
        {FORMS.map(({ form, title }) => (
          <Select
            key={form}
            label={pick(title)}
            value={papers[form] ?? ''}
            empty={t('notHere')}
            onChange={(paper) => setTyped((now) => ({ ...now, [form]: paper }))}
            options={PAPERS.map((paper) => ({ value: paper, label: paper }))}
          />
        ))}
      </fieldset>
      <Issues of={[...(issues[''] ?? []), ...(issues.forms ?? []), ...remove.issues]} />
    </FormDrawer>
  );
}
