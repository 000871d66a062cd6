import { Injectable } from '@nestjs/common';
import { type Count, type Distribution, Metrics, type Series } from '#libs/observability';

/** Requests that no route took share one series: whatever stands in their path is a stranger's. */
const NO_ROUTE = '(none)';

/**
 * How long requests take, by route, method and class of the status. An answer whose client went away before its end is
 * `cut_off`. Each series is looked for once: what is left for a request are two lookups and an addition.
 */
@Injectable()
export class RequestMetrics {
  private readonly durations: Series<'route' | 'method' | 'status', Distribution>;
  private readonly problems: Series<'code' | 'status', Count>;
  private readonly known = new Map<string, Map<string, Distribution>>();
  private readonly knownProblems = new Map<string, Count>();

  constructor(metrics: Metrics) {
    this.durations = metrics.histogram({
      name: 'veritrail_http_request_duration_seconds',
      help: 'Time from the first header of a request to the last byte of its response.',
      labels: ['route', 'method', 'status'],
    });
    this.problems = metrics.counter({
      name: 'veritrail_problems_total',
      help: 'Problem responses, by code.',
      labels: ['code', 'status'],
    });
  }

  /** `route` is the template, null when there was none; `status` is null when the answer was cut off. */
  observe(method: string, route: string | null, status: number | null, seconds: number): void {
    const name = route ?? NO_ROUTE;
    let ofRoute = this.known.get(name);
    if (!ofRoute) this.known.set(name, (ofRoute = new Map<string, Distribution>()));
    const outcome = status === null ? 'cut_off' : `${Math.trunc(status / 100)}xx`;
    const key = method + outcome;
    let series = ofRoute.get(key);
    if (!series) {
      series = this.durations.of({ route: name, method, status: outcome });
      ofRoute.set(key, series);
    }
    series.observe(seconds);
  }

  countProblem(code: string, status: number): void {
    let count = this.knownProblems.get(code);
    if (!count) {
      count = this.problems.of({ code, status: String(status) });
      this.knownProblems.set(code, count);
    }
    count.add();
  }
}
