import supertest from 'supertest';
import { operationsOf } from '../../apps/api/src/openapi/operations.js';
import { describeApi } from '../support/describe-api.js';

/** The routes in Fastify's printed route tree, without HEAD and OPTIONS, which follow from the others. */
function routesOf(drawing: string): string[] {
  const parents: string[] = [];
  return drawing.split('\n').flatMap((line) => {
    const [, indent = '', name = '', methods = ''] = /^([│ ]*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? [];
    const depth = indent.length / 4;
    const path = `${depth === 0 ? '' : (parents[depth - 1] ?? '')}${name}`;
    parents[depth] = path;
    return methods
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD' && method !== 'OPTIONS')
      .map((method) => `${method} ${path}`);
  });
}

describeApi('the documentation', { people: false }, (api) => {
  it('serves the contract that responses are validated against', async () => {
    const { body, headers } = await api.anonymous.get('/openapi.json').expect(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(api.document)));
    await api.anonymous
      .get('/openapi.json')
      .set('if-none-match', headers['etag'] ?? '')
      .expect(304);
  });

  it('documents every route of the router except the pages of Swagger UI', () => {
    const fastify = api.app.getHttpAdapter().getInstance();
    // The printed tree merges all routes that end with a wildcard, without their prefixes: these are listed by name.
    const drawn = routesOf(fastify.printRoutes({ commonPrefix: false })).filter(
      (route) => !/^GET \/?[*]$/.test(route),
    );
    const wildcards = ['/tlog/tile/entries/', '/tlog/tile/:level/'].filter((url) =>
      fastify.hasRoute({ method: 'GET', url: `${url}*` }),
    );
    const routes = [...drawn, ...wildcards.map((url) => `GET ${url}:path`)];
    const documented = operationsOf(api.document).map(
      ({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    // The tree omits the slash of a wildcard.
    expect(routes.filter((route) => !documented.includes(route))).toEqual([
      'GET /',
      'GET /docs',
      'GET /docs*',
    ]);
    expect(documented.filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('serves Swagger UI from its own files, under a policy that allows nothing inline', async () => {
    const page = await supertest(api.url)
      .get('/docs')
      .expect(200)
      .expect('content-type', /^text\/html/);
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self'(;|$)/);
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<script>|https?:|<style/);
    const files = [...page.text.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, file = '']) => file);
    expect(files).toHaveLength(5);
    for (const file of files) {
      const { headers } = await supertest(api.url).get(`/${file}`).expect(200);
      await supertest(api.url)
        .get(`/${file}`)
        .set('if-none-match', headers['etag'] ?? '')
        .expect(304);
    }
  });

  it.each([
    ['/', 'docs'],
    ['/?from=bookmark', 'docs'],
    ['/docs/', '../docs'],
  ])('redirects a browser that opens %s to Swagger UI', async (path, location) => {
    const answer = await supertest(api.url).get(path).redirects(0);
    expect([answer.status, answer.headers['location']]).toEqual([303, location]);
    expect(answer.headers['cache-control']).toBe('no-store');
    const page = await supertest(api.url).get(path).redirects(1);
    expect(page.text).toContain('<title>Veritrail API</title>');
  });

  it.each([
    ...['index.js', 'package.json', 'swagger-ui.css.map', '__proto__', '..%2fpackage.json'],
    ...['/', 'init.js/', 'a/b.css', '%2f'],
  ])('serves no other file: %s', async (file) => {
    await supertest(api.url).get(`/docs/${file}`).redirects(0).expect(404);
  });

  it.each(['/docsinit.js', '/docs%2finit.js', '/docs/init.js/..%2f', '//docs', '/Docs'])(
    'serves nothing at a similar address: %s',
    async (path) => {
      await supertest(api.url).get(path).redirects(0).expect(404);
    },
  );
});

const switchedOff = { people: false, environment: { SWAGGER_UI: 'false' } };

describeApi('the documentation, switched off', switchedOff, (api) => {
  it('serves the contract without a page', async () => {
    for (const path of ['/', '/docs', '/docs/', '/docs/init.js']) {
      await supertest(api.url).get(path).redirects(0).expect(404);
    }
    await api.anonymous.get('/openapi.json').expect(200);
  });
});

const behindProxy = { people: false, environment: { PUBLIC_URL: 'https://example.com/trail/' } };

describeApi('the documentation, behind a proxy', behindProxy, (api) => {
  it('names the public addresses', async () => {
    const { body } = await api.anonymous.get('/openapi.json').expect(200);
    expect((body as { servers: unknown }).servers).toEqual([
      { url: '/trail', description: 'The server that serves this document' },
      { url: 'https://example.com/trail', description: 'The public address' },
    ]);
  });
});
