import { type TransferRoomInput, type TransferRoomResult, transferRoom } from '@mach/encounter/contract.ts';
import { Button, Drawer, Select, TextField, toast, useCommand, useDrawer, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { TodayRow } from '../../contract.ts';
import type { RoomLoad } from '../../rooms.ts';
import { IssueLine } from '../insurance.tsx';
import { texts } from './texts.ts';

export const MOVE_DRAWER = 'queue-move';

/** Sends somebody to another room, with the reason; the shortest queue first. */
export function MoveDrawer({
  row,
  rooms,
}: {
  readonly row: TodayRow;
  readonly rooms: readonly RoomLoad[];
}): ReactElement {
  const t = useTexts(texts);
  const drawer = useDrawer(MOVE_DRAWER);
  const others = rooms.filter((load) => load.room.key !== row.room).toSorted((a, b) => a.minutes - b.minutes);
  const [room, setRoom] = useState(others[0]?.room.key ?? '');
  const [reason, setReason] = useState('');
  const command = useCommand<TransferRoomInput, TransferRoomResult>(transferRoom.name, {
    onDone: (done) => {
      const to = rooms.find((load) => load.room.key === room)?.room.name ?? room;
      toast({ text: t('moved', { room: to, number: done.queueNumber }) });
      drawer.close();
    },
  });
  const ready = room !== '' && reason.trim().length > 1;
  const run = (): void => {
    if (ready && !command.running) void command.run({ encounter: row.key, room, reason: reason.trim() });
  };
  return (
    <Drawer
      id={MOVE_DRAWER}
      title={t('move')}
      patient={row.name ?? undefined}
      foot={
        <Button look="primary" icon="transfer" busy={command.running} disabled={!ready} onClick={run}>
          {t('move')}
        </Button>
      }
    >
      <div className="rec-stack rec-pad">
        {command.issues.map((issue) => (
          <IssueLine key={issue.code} issue={issue} />
        ))}
        <Select
          label={t('moveTo')}
          required
          value={room}
          onChange={setRoom}
          options={others.map((load) => ({
            value: load.room.key,
            label: `${load.room.code ?? ''} ${load.room.name ?? ''} · ${t('line', { waiting: load.waiting + load.ready, ...load.wait })}`,
          }))}
        />
        <TextField
          label={t('moveReason')}
          required
          autoFocus
          value={reason}
          onChange={setReason}
          onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing && run()}
        />
      </div>
    </Drawer>
  );
}
