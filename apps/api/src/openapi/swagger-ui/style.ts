export const STYLE = `body {
  margin: 0;
  background: #fafafa;
}

#who {
  position: sticky;
  top: 0;
  z-index: 10;
  padding: 6px 20px;
  background: #173647;
  color: #fff;
  font: 14px/1.4 sans-serif;
  text-align: right;
}

.swagger-ui textarea.body-param__text,
.swagger-ui .opblock-body textarea {
  min-height: 9em;
  height: 9em;
}

.swagger-ui .parameters-col_name,
.swagger-ui tr.parameters > td:first-child {
  min-width: 150px;
}

.swagger-ui table.responses-table .response-col_description__inner div.markdown {
  margin: 0;
}
`;
