import { formatMoney, localDate } from '@mach/base';
import {
  Button,
  Checkbox,
  Chip,
  DateField,
  Empty,
  NumberField,
  Table,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useKeys,
  useNow,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { PricedService } from '../../house/prices.ts';
import { useRemote } from '../api.ts';
import { Issues } from '../issues.tsx';
import { useFreshDrawer } from '../use-fresh-drawer.ts';
import { FormDrawer } from './form-drawer.tsx';
import { History } from './history.tsx';
import { Period, usePeriod } from './period.tsx';
import { texts } from './texts.ts';

/** Services with the prices of a day. */
export function Prices(): ReactElement {
  const t = useTexts(texts);
  const today = localDate(useNow());
  const [day, setDay] = useState(today);
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const drawer = useFreshDrawer('house-price');
  const list = useRemote<{ rows: readonly PricedService[] }>(
    day === '' ? null : `/api/codes/house-services?q=${encodeURIComponent(query)}&date=${day}&limit=200`,
  );
  const rows = list.data?.rows ?? [];
  function show(code: string | null): void {
    setOpen(code);
    drawer.show();
  }
  useKeys([{ chord: 'F10', label: { vi: texts.vi.newService, en: texts.en.newService }, run: () => show(null) }]);
  return (
    <>
      <div className="adm-tools">
        <TextField
          label={t('find')}
          labelHidden
          placeholder={t('find')}
          type="search"
          autoFocus
          value={query}
          onChange={setQuery}
        />
        <DateField label={t('onDay')} value={day} onChange={setDay} />
        <Button look="primary" icon="plus" chord="F10" onClick={() => show(null)}>
          {t('newService')}
        </Button>
      </div>
      <Issues of={list.issues} />
      <Table<PricedService>
        label={t('prices')}
        rows={rows}
        keyOf={(row) => row.code}
        state={list.loading && !list.data ? 'loading' : 'ready'}
        selected={drawer.isOpen ? open : null}
        onOpen={(row) => show(row.code)}
        textOf={(row) => row.name}
        tone={(row) => (row.withdrawn ? 'muted' : undefined)}
        empty={<Empty title={t('nothing')} hint={t('nothingHint')} />}
        columns={[
          {
            key: 'code',
            head: t('code'),
            width: '140px',
            wide: true,
            cell: (row) => <span className="m-code">{row.code}</span>,
          },
          {
            key: 'name',
            head: t('name'),
            rowHead: true,
            cell: (row) => (
              <>
                {row.name}
                {row.claimCode && row.claimCode !== row.code && <span className="adm-two m-code">{row.claimCode}</span>}
              </>
            ),
          },
          {
            key: 'price',
            head: t('price'),
            align: 'right',
            width: '150px',
            cell: (row) => (
              <span className="hou-number">
                {row.withdrawn ? (
                  <Chip>{t('withdrawn')}</Chip>
                ) : row.price === null ? (
                  t('none')
                ) : (
                  <>
                    {formatMoney(row.price)}
                    {row.demo && <span className="adm-two">{t('demo')}</span>}
                  </>
                )}
              </span>
            ),
          },
          {
            key: 'bhyt',
            head: t('bhytPrice'),
            align: 'right',
            width: '130px',
            wide: true,
            cell: (row) => (
              <span className="hou-number">{row.bhytPrice === null ? '—' : formatMoney(row.bhytPrice)}</span>
            ),
          },
        ]}
      />
      <PriceDrawer
        key={`${drawer.round}/${open ?? 'new'}`}
        row={rows.find((row) => row.code === open)}
        today={today}
        onDone={() => void list.reload()}
      />
    </>
  );
}

function PriceDrawer(props: {
  readonly row: PricedService | undefined;
  readonly today: string;
  readonly onDone: () => void;
}): ReactElement {
  const { row, today, onDone } = props;
  const t = useTexts(texts);
  const drawer = useDrawer('house-price');
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [group, setGroup] = useState('18');
  const [price, setPrice] = useState(row?.price == null ? '' : String(row.price));
  const [bhyt, setBhyt] = useState(row?.bhytPrice == null ? '' : String(row.bhytPrice));
  const [withdrawn, setWithdrawn] = useState(row?.withdrawn ?? false);
  const period = usePeriod(today);
  const publish = useCommand<object, { change: string }>('administration.publish-list', {
    onDone: () => {
      toast({ text: t('saved') });
      drawer.close();
      onDone();
    },
  });
  const issues = publish.issuesByField;
  const save = (): void => {
    const entry = {
      code: row?.code ?? code,
      ...(price === '' ? {} : { price: Number(price) }),
      bhytPrice: bhyt === '' ? null : Number(bhyt),
      ...(withdrawn ? { withdrawn } : {}),
      ...(row ? {} : { name, group }),
    };
    void publish.run({ title: `${t('prices')}: ${row?.name ?? name}`, ...period.input, prices: [entry] });
  };
  return (
    <FormDrawer id="house-price" title={row ? row.name : t('newService')} busy={publish.running} onSave={save}>
      {!row && (
        <>
          <TextField
            label={t('code')}
            required
            code
            autoFocus
            value={code}
            onChange={setCode}
            issues={issues['prices.0.code']}
          />
          <TextField label={t('name')} required value={name} onChange={setName} issues={issues['prices.0.name']} />
          <TextField
            label={t('group')}
            required
            code
            value={group}
            onChange={setGroup}
            issues={issues['prices.0.group']}
          />
        </>
      )}
      <NumberField
        label={t('price')}
        unit="₫"
        value={price}
        onChange={setPrice}
        issues={issues['prices.0.price']}
        autoFocus={row !== undefined}
      />
      <NumberField
        label={t('bhytPrice')}
        hint={t('bhytPriceHint')}
        unit="₫"
        value={bhyt}
        onChange={setBhyt}
        issues={issues['prices.0.bhytPrice']}
      />
      {row && (
        <Checkbox checked={withdrawn} onChange={setWithdrawn}>
          {t('withdraw')}
        </Checkbox>
      )}
      <Period of={period} today={today} issues={issues} />
      <Issues of={[...(issues[''] ?? []), ...(row ? (issues['prices.0.code'] ?? []) : [])]} />
      {row && <History code={row.code} />}
    </FormDrawer>
  );
}
