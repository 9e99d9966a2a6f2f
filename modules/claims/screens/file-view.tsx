import type { DocumentReference } from '@mach/fhir/types.ts';
import { Chip, Empty, Skeleton, useRecord, useTexts } from '@mach/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { tablesOf } from './file.ts';
import { texts } from './texts.ts';

/** The signed file as it was sent: table by table, the fields that carry something, or the XML itself. */
export function FileView({ document }: { readonly document: string | null }): ReactElement {
  const t = useTexts(texts);
  const { record, state } = useRecord<DocumentReference>('DocumentReference', document ?? undefined);
  const data = record?.content[0]?.attachment.data;
  const tables = useMemo(() => tablesOf(data), [data]);
  const [chosen, setChosen] = useState('XML1');
  const [raw, setRaw] = useState(false);
  if (state === 'none') return <Empty title={t('fileNone')} />;
  if (state === 'loading') return <Skeleton shape="table" />;
  if (!tables) return <Empty icon="warn" title={t('fileUnreadable')} />;
  const table = tables.find((one) => one.name === chosen) ?? tables[0];
  return (
    <div className="claim-file">
      <div className="claim-file-tabs">
        {tables.map((one) => (
          <Chip key={one.name} pressed={one === table} count={one.rows.length} onClick={() => setChosen(one.name)}>
            {one.name}
          </Chip>
        ))}
        <Chip pressed={raw} onClick={() => setRaw(!raw)}>
          {t('raw')}
        </Chip>
      </div>
      {table && raw && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard
        <pre className="claim-xml m-code" tabIndex={0}>
          {table.xml.replaceAll('><', '>\n<')}
        </pre>
      )}
      {table &&
        !raw &&
        table.rows.map((cells, i) => (
          <section key={cells.map((c) => c.value).join('|')} aria-label={t('row', { n: i + 1 })}>
            {table.rows.length > 1 && <h3 className="claim-file-row">{t('row', { n: i + 1 })}</h3>}
            <dl className="claim-cells">
              {cells.map((cell) => (
                <div key={cell.name} className="claim-cell">
                  <dt className="m-code">{cell.name}</dt>
                  <dd>{cell.value}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
    </div>
  );
}
