import type { AcknowledgementInput, AcknowledgeRequest } from './acknowledge';
import { silenceLabel } from './silence-text';
import styles from './acknowledge-dialog.module.css';

const HOURS = [1, 2, 4, 8, 24];

/** The fields of an acknowledgement: for whom, a note, how long, and a silence. */
export function AcknowledgeFields({
  request,
  usualHours,
  input,
  onChange,
}: {
  request: AcknowledgeRequest;
  usualHours: number;
  input: AcknowledgementInput;
  onChange: (input: AcknowledgementInput) => void;
}) {
  const handOver = request.mode === 'hand-over';
  const setOwner = (name: string) => {
    const { owner: _, ...rest } = input;
    onChange(name ? { ...rest, owner: name } : rest);
  };
  return (
    <>
      {(handOver || request.people.length > 1) && (
        <label>
          {handOver ? 'To' : 'For'}
          <select
            value={input.owner ?? ''}
            onChange={(event) => setOwner(event.target.value)}
            required={handOver}
          >
            <option value="">{handOver ? 'Choose who' : 'myself'}</option>
            {request.people.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        Note (optional)
        <textarea
          value={input.note}
          onChange={(event) => onChange({ ...input, note: event.target.value })}
          rows={3}
          maxLength={2000}
          placeholder="What you know or are about to do"
        />
      </label>
      <label>
        For how long
        <select
          value={input.hours}
          onChange={(event) => onChange({ ...input, hours: Number(event.target.value) })}
        >
          {hoursWith(usualHours).map((hours) => (
            <option key={hours} value={hours}>
              {hours} h
            </option>
          ))}
        </select>
      </label>
      {request.silenceable > 0 && (
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={input.silence}
            onChange={(event) => onChange({ ...input, silence: event.target.checked })}
          />
          {silenceLabel(request.silenceable, request.ids.length)}
        </label>
      )}
    </>
  );
}

const hoursWith = (usual: number): number[] =>
  [...new Set([...HOURS, usual])].toSorted((left, right) => left - right);
