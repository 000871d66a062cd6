/**
 * Configures Swagger UI in the browser and calls this server only. It uses an access token from a response at once, as the
 * dialogue "Authorize" would; shows the user of the token; moves parameter examples to the description, because a made-up id
 * or If-Match never matches; and shortens the problems that any request can cause to one line each.
 */
export const INIT_SCRIPT = `'use strict';
(() => {
  const SCHEME = 'accessToken';
  const TOKEN_INVALID = 'The access token has expired or was revoked: sign in again';
  const COMMON_PROBLEMS = [
    'BadRequest',
    'HeadersTooLarge',
    'InternalError',
    'PayloadTooLarge',
    'RateLimited',
    'RequestTimeout',
    'Unavailable',
    'UnsupportedMediaType',
    'UriTooLong',
  ];
  const who = document.getElementById('who');
  const here = (path) => new URL(path, window.location.href).href;
  const contract = here('openapi.json');

  const authorize = (token) =>
    ui.authActions.authorizeWithPersistOption({
      [SCHEME]: { name: SCHEME, schema: { type: 'http', scheme: 'bearer' }, value: token },
    });

  let inUse;
  const showSignedInUser = async () => {
    const token = ui.authSelectors.authorized().getIn([SCHEME, 'value']);
    if (token === inUse) return;
    inUse = token;
    who.hidden = !token;
    who.textContent = '';
    if (!token) return;
    const headers = { authorization: 'Bearer ' + token, accept: 'application/json' };
    const answer = await fetch(here('v1/auth/me'), { headers });
    const { email, roles } = answer.ok ? await answer.json() : {};
    if (token === inUse) who.textContent = email ? 'Signed in as ' + email + ' (' + roles.join(', ') + ')' : TOKEN_INVALID;
  };

  const moveExampleToDescription = (parameter) => {
    const { example, default: otherwise } = parameter.schema;
    if (example === undefined) return;
    delete parameter.schema.example;
    if (example === otherwise) return;
    parameter.description += ' For example \`' + [example].flat().join(', ') + '\`.';
  };

  const shortenContract = (text) => {
    const document = JSON.parse(text);
    for (const item of Object.values(document.paths)) {
      for (const { parameters = [], responses } of Object.values(item)) {
        parameters.forEach(moveExampleToDescription);
        for (const [status, response] of Object.entries(responses)) if (status >= '400') delete response.headers;
      }
    }
    for (const [name, response] of Object.entries(document.components.responses)) {
      delete response.headers;
      if (COMMON_PROBLEMS.includes(name)) delete response.content;
    }
    return JSON.stringify(document);
  };

  const ui = SwaggerUIBundle({
    url: contract,
    dom_id: '#swagger-ui',
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    persistAuthorization: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    filter: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    responseInterceptor: (response) => {
      if (response.url === contract && response.ok) response.text = shortenContract(response.text);
      else if (response.status === 401) inUse = undefined;
      else if (response.ok && response.body && typeof response.body.accessToken === 'string') {
        authorize(response.body.accessToken);
      }
      return response;
    },
  });
  window.ui = ui;
  ui.getStore().subscribe(() => void showSignedInUser());
})();
`;
