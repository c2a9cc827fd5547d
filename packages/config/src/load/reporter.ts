import { type Diagnostic, type DiagnosticCode, type Severity, severityOf } from './diagnostic.js';
import type { Span } from './node.js';
import { type Place, pathOf, pointerOf } from './place.js';
import type { PositionOf } from './positions.js';

/** The most diagnostics of one answer. */
const MAX_DIAGNOSTICS = 100;

/** A fault before it has lines and columns. */
export interface Fault {
  readonly code: DiagnosticCode;
  /** A function where it costs, as for the hint. The place is put before it, where there is one. */
  readonly message: string | (() => string);
  /** A function where finding the hint costs: it is called for the faults that are shown only. */
  readonly hint?: string | (() => string | undefined) | undefined;
  readonly at: Span;
  readonly place?: Place | undefined;
}

/** Takes the faults of one document. */
export interface Reporter {
  readonly strict: boolean;
  report(fault: Fault): void;
  /** Whether an error has been reported for the document. */
  failed(): boolean;
}

/** Takes the faults of one text. */
export interface TextReporter {
  document(index: number): Reporter;
}

/** Takes the faults of one call and puts them in order. */
export interface Collector {
  text(index: number, filename: string | undefined, positionOf: PositionOf): TextReporter;
  /** In text order, at most 100; when there are more, errors go first. */
  finish(): readonly Diagnostic[];
}

interface Collected {
  readonly text: number;
  readonly severity: Severity;
  readonly offset: number;
  readonly make: () => Diagnostic;
}

/** Starts collecting. Diagnostics are made at the end: a text with a million faults costs no million objects. */
export function createCollector(strict: boolean): Collector {
  const collected: Collected[] = [];

  function document(
    text: number,
    filename: string | undefined,
    positionOf: PositionOf,
    index: number,
  ): Reporter {
    let hasFailed = false;
    const tagged = new Set<number>();
    return {
      strict,
      failed: () => hasFailed,
      report(fault) {
        const severity = severityOf(fault.code, strict);
        hasFailed ||= severity === 'error';
        const offset = fault.at.start;
        // A value with a foreign tag has not been understood: nothing more can be said of it.
        if (fault.code === 'unsupported-tag') tagged.add(offset);
        else if (tagged.has(offset)) return;
        const make = () => toDiagnostic(named(fault), severity, filename, positionOf, index);
        collected.push({ text, severity, offset, make });
      },
    };
  }

  return {
    text: (text, filename, positionOf) => ({
      document: (index) => document(text, filename, positionOf, index),
    }),
    finish() {
      const ordered = collected.sort((a, b) => a.text - b.text || a.offset - b.offset);
      return keep(ordered).map((entry) => entry.make());
    },
  };
}

function keep(ordered: readonly Collected[]): readonly Collected[] {
  if (ordered.length <= MAX_DIAGNOSTICS) return ordered;
  const errors = ordered.filter((entry) => entry.severity === 'error');
  const others = ordered.filter((entry) => entry.severity !== 'error');
  const kept = new Set([...errors, ...others].slice(0, MAX_DIAGNOSTICS));
  return ordered.filter((entry) => kept.has(entry));
}

/** A sentence that says which field it is about. That of an unknown field does so itself. */
function named(fault: Fault): Fault {
  const path = pathOf(fault.place);
  if (path === '' || fault.code === 'unknown-field') return fault;
  return { ...fault, message: `${path}: ${textOf(fault.message)}` };
}

function textOf<T extends string | undefined>(text: T | (() => T)): T {
  return typeof text === 'function' ? text() : text;
}

/** Gives a fault its lines, columns and path. */
export function toDiagnostic(
  fault: Fault,
  severity: Severity,
  filename: string | undefined,
  positionOf: PositionOf,
  document: number,
): Diagnostic {
  const hint = textOf<string | undefined>(fault.hint);
  return {
    severity,
    code: fault.code,
    message: textOf(fault.message),
    ...(hint === undefined ? {} : { hint }),
    ...(filename === undefined ? {} : { filename }),
    document,
    path: pathOf(fault.place),
    pointer: pointerOf(fault.place),
    start: positionOf(fault.at.start),
    end: positionOf(Math.max(fault.at.start, fault.at.end)),
  };
}
