% Is my sparseAutoencoderCost right? For MATLAB and Octave.
%
%     check_my_cost(@sparseAutoencoderCost)
%     check_my_cost(@sparseAutoencoderCost, '/path/to/autoencoder')
%
% The function has the form of the UFLDL exercise:
%
%     [cost, grad] = f(theta, visibleSize, hiddenSize, lambda, sparsityParam, beta, data)
%
% with theta = [W1(:); W2(:); b1(:); b2(:)] and a pattern in each column of data. It is called once, and
% what it returns is held against the derivation, term by term: this prints which of them agree, and
% where one does not, which mistake makes the same numbers; then its files are kept. Returns whether all
% agree.
function agrees = check_my_cost(f, program)
  if nargin < 2
    program = getenv('AUTOENCODER');
  end
  here = fileparts(mfilename('fullpath'));
  built = fullfile(here, '..', '..', 'build', 'autoencoder');
  if isempty(program) && exist(built, 'file')
    program = built;
  elseif isempty(program)
    program = 'autoencoder';  % on the path
  end

  % Sizes that differ, and numbers without symmetry: a mix-up has nowhere to hide.
  visibleSize = 7; hiddenSize = 4; lambda = 3e-3; sparsityParam = 0.1; beta = 3;
  data = 0.5 + 0.4*cos(1 + reshape(0:62, visibleSize, 9));
  theta = 0.5*sin((1:2*visibleSize*hiddenSize + visibleSize + hiddenSize)');
  [cost, grad] = f(theta, visibleSize, hiddenSize, lambda, sparsityParam, beta, data);

  folder = tempname();
  mkdir(folder);
  inCase = fullfile(folder, 'case.mat');
  theirs = fullfile(folder, 'theirs.mat');
  save('-v7', inCase, 'theta', 'visibleSize', 'hiddenSize', 'lambda', 'sparsityParam', 'beta', 'data');
  save('-v7', theirs, 'cost', 'grad');
  [status, words] = system(['"' program '" validate "' inCase '" "' theirs '" 2>&1']);
  disp(words);
  agrees = status == 0;
  if status == 1
    disp(['case and results are kept in ' folder]);  % the command that is printed reads them
    return
  end
  delete(inCase);
  delete(theirs);
  rmdir(folder);
  if status > 1
    error('%s could not be run: build it with make, or name it as the second argument', program);
  end
end
