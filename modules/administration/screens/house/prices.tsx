import { formatMoney } from '@mach/base';
import { Checkbox, Chip, NumberField, TextField, toast, useCommand, useDrawer, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { PricedService } from '../../house/prices.ts';
import { Issues } from '../issues.tsx';
import { FormDrawer } from './form-drawer.tsx';
import { History } from './history.tsx';
import { HouseList, useDayList } from './house-list.tsx';
import { Period, usePeriod } from './period.tsx';
import { texts } from './texts.ts';

/** Services with the prices of a day. */
export function Prices(): ReactElement {
  const t = useTexts(texts);
  const { today, reload, ...list } = useDayList<PricedService>('house-services');
  return (
    <HouseList<PricedService>
      {...list}
      label={t('prices')}
      drawer="house-price"
      add={{ vi: texts.vi.newService, en: texts.en.newService }}
      keyOf={(row) => row.code}
      textOf={(row) => row.name}
      tone={(row) => (row.withdrawn ? 'muted' : undefined)}
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
      form={(row) => <PriceDrawer row={row} today={today} onDone={reload} />}
    />
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
