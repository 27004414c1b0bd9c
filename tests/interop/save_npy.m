% Writes an array as a NumPy file: ten bytes, a header in words, the numbers column by column.
%
%     93 'NUMPY' 1 0 | length of the header, 2 bytes | {'descr': '<f8', 'fortran_order': True, …}
function save_npy(path, values)
  if isscalar(values)
    shape = '()';
  elseif iscolumn(values)
    shape = sprintf('(%d,)', numel(values));
  else
    shape = sprintf('(%d, %d)', size(values));
  end
  header = sprintf('{''descr'': ''<f8'', ''fortran_order'': True, ''shape'': %s, }', shape);
  header = [header repmat(' ', 1, mod(-(11 + length(header)), 64)) char(10)];
  file = fopen(path, 'w');
  fwrite(file, [147 double('NUMPY') 1 0], 'uint8');
  fwrite(file, length(header), 'uint16', 0, 'ieee-le');
  fwrite(file, header, 'char');
  fwrite(file, values, 'double', 0, 'ieee-le');
  fclose(file);
end
