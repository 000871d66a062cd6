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
`;
