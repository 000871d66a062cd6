import { Injectable } from '@nestjs/common';

/** Whether this process has been told to end. From then on it is not ready, and every answer closes its connection. */
@Injectable()
export class DrainState {
  private begun = false;

  get draining(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
