/** All addresses are relative, so that the page works below any path prefix of a proxy. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Veritrail API</title>
    <link rel="icon" type="image/svg+xml" href="docs/favicon.svg" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
    <link rel="stylesheet" href="docs/style.css" />
  </head>
  <body>
    <noscript>This page needs JavaScript. The OpenAPI document is at <a href="openapi.json">openapi.json</a>.</noscript>
    <div id="who" role="status" hidden></div>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/init.js"></script>
  </body>
</html>
`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <path fill="#173647" d="M6 1h14l8 8v22H6z" />
  <path fill="none" stroke="#fff" stroke-width="3" d="M11 18l4 4 8-9" />
</svg>
`;
