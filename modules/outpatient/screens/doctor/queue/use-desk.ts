import { examServiceOf } from '@mach/encounter/contract.ts';
import type { Location } from '@mach/fhir/types.ts';
import { useSession } from '@mach/ui';
import { SID } from '@mach/vn/systems.ts';
import { useState } from 'react';
import { useSearch } from '../data/search.ts';
import type { Desk } from './order.ts';

export interface Room {
  readonly id: string;
  readonly name: string;
}

const KEY = 'mach.exam-room';
/** texts:record — the word as the names of rooms have it. */
const CLINIC = /^Phòng khám\s+/;

function remembered(account: string): string | null {
  try {
    return localStorage.getItem(`${KEY}.${account}`);
  } catch {
    return null;
  }
}

/** "305 · Nội 3": that it is a clinic, and in brackets what for, goes without saying here. */
function shortName(place: Location): string {
  const code = place.identifier?.find((i) => i.system === SID.location)?.value;
  const name = place.name?.replace(/\s*\([^)]*\)/g, '').replace(CLINIC, '');
  return [code, name].filter(Boolean).join(' · ');
}

/** Where the doctor sits: chosen once on a device, kept for the account. */
export function useDesk(): { desk: Desk; rooms: readonly Room[]; sit: (room: string) => void } {
  const { user } = useSession();
  const [room, setRoom] = useState(() => remembered(user.account));
  const places = useSearch<Location & { id: string }>('Location?status=active&_count=200');
  const rooms = places.rows
    .filter((place) => examServiceOf(place) !== undefined)
    .map((place) => ({ id: place.id, name: shortName(place) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    desk: { room: room === '' ? null : room, practitioner: user.practitioner ?? null },
    rooms,
    sit: (next) => {
      setRoom(next);
      try {
        localStorage.setItem(`${KEY}.${user.account}`, next);
      } catch {
        // Without storage the room is chosen again next time.
      }
    },
  };
}
